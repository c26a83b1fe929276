//! Lets traces tell how long gateways take.

use tracing::{Instrument as _, instrument::Instrumented};

/// A call to a gateway, as a span of its own. Nothing of the request is in it.
pub fn traced<F: Future>(gateway: &'static str, call: &'static str, calling: F) -> Instrumented<F> {
    let name = format!("{gateway} {call}");
    calling.instrument(tracing::info_span!("trace", otel.name = name, otel.kind = "client"))
}
