//! Traces for OpenTelemetry: which request, job or gateway call ran which statements, and how long each took.
//!
//! They are made when `OTEL_EXPORTER_OTLP_ENDPOINT` names a collector, and sent by OTLP over HTTP; the other `OTEL_…`
//! variables have their usual meaning. A span is sent only when it was written for this: it says `otel.name`. What is in
//! it are names of ours, routes, ids and counts; never an address, a form, a query or a value of a statement.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use async_trait::async_trait;
use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use opentelemetry::{
    KeyValue,
    propagation::TextMapPropagator as _,
    trace::{Span as _, SpanKind, TraceContextExt as _, Tracer as _, TracerProvider as _},
};
use opentelemetry_http::{Bytes, HeaderExtractor, HttpClient, HttpError};
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::{
    Resource,
    propagation::TraceContextPropagator,
    trace::{SdkTracer, SdkTracerProvider},
};
use tracing::{Dispatch, Instrument as _, Metadata, Subscriber, dispatcher::WeakDispatch, level_filters::LevelFilter};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::{
    Layer, Registry,
    filter::FilterFn,
    layer::Context,
    registry::{LookupSpan, SpanRef},
};

use crate::statement::{Statement, is_statement};

/// What a span says to be sent.
const NAME: &str = "otel.name";
/// Tells the caller which trace its request became, by the header that W3C proposes for it.
const ANSWER: HeaderName = HeaderName::from_static("traceresponse");

/// The way to a collector.
#[derive(Debug, Clone)]
pub struct Traces {
    provider: SdkTracerProvider,
}

impl Traces {
    /// The collector that the environment names, if it names one. Call it inside the runtime.
    pub fn from_environment() -> anyhow::Result<Option<Self>> {
        let named = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"]
            .iter()
            .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()));
        named.then(|| Self::to(None)).transpose()
    }

    /// A collector by the address of its traces, such as `http://localhost:4318/v1/traces`; by the environment when it is
    /// not given.
    pub fn to(address: Option<String>) -> anyhow::Result<Self> {
        let exporter = SpanExporter::builder().with_http().with_http_client(Client::new()?);
        let exporter = match address {
            Some(address) => exporter.with_endpoint(address),
            None => exporter,
        };
        let resource = Resource::builder();
        let resource = if std::env::var_os("OTEL_SERVICE_NAME").is_some() {
            resource
        } else {
            resource.with_service_name("souk")
        };
        let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
        let provider = SdkTracerProvider::builder()
            .with_resource(resource.with_attribute(version).build())
            .with_batch_exporter(exporter.build()?)
            .build();
        Ok(Self { provider })
    }

    /// What a subscriber needs to make the traces.
    pub fn layer<S>(&self) -> impl Layer<S> + use<S>
    where
        S: Subscriber + for<'a> LookupSpan<'a> + Send + Sync,
    {
        let tracer = self.provider.tracer("souk");
        let spans = tracing_opentelemetry::layer()
            .with_tracer(tracer.clone())
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_filter(filter(is_traced));
        let statements = Statements {
            tracer,
            subscriber: OnceLock::new(),
        };
        let statements = statements.with_filter(filter(is_counted));
        spans.and_then(statements)
    }

    /// Sends what was not sent yet, and ends.
    pub async fn finish(self) {
        let shut_down =
            tokio::task::spawn_blocking(move || self.provider.shutdown_with_timeout(Duration::from_secs(5)));
        if let Ok(Err(error)) = shut_down.await {
            tracing::warn!(%error, "the last traces could not be sent");
        }
    }
}

/// Whether a span is for traces; logs leave those out.
pub fn is_traced(metadata: &Metadata<'_>) -> bool {
    metadata.is_span() && metadata.fields().field(NAME).is_some()
}

/// Whether anybody takes them. Who does has begun to by the time that routes are made.
pub(crate) fn are_wanted() -> bool {
    tracing::span_enabled!(tracing::Level::INFO, otel.name)
}

/// Statements, and the spans of requests that count them.
fn is_counted(metadata: &Metadata<'_>) -> bool {
    is_traced(metadata) || is_statement(metadata)
}

fn filter(enabled: fn(&Metadata<'_>) -> bool) -> FilterFn<fn(&Metadata<'_>) -> bool> {
    FilterFn::new(enabled).with_max_level_hint(LevelFilter::DEBUG)
}

/// A span for each request, with the caller's trace as its parent.
pub(crate) async fn trace_request(request: Request, next: Next) -> Response {
    let method = web::method_label(request.method());
    let span = tracing::info_span!(
        "trace",
        otel.name = method,
        otel.kind = "server",
        otel.status_code = tracing::field::Empty,
        http.request.method = method,
        http.route = tracing::field::Empty,
        http.response.status_code = tracing::field::Empty,
        souk.store = tracing::field::Empty,
        souk.request = tracing::field::Empty,
        souk.statements = tracing::field::Empty,
    );
    if span.is_disabled() {
        return next.run(request).await;
    }
    let caller = TraceContextPropagator::new().extract(&HeaderExtractor(request.headers()));
    let _a_caller_without_a_trace_has_none = span.set_parent(caller);
    let mut response = next.run(request).instrument(span.clone()).await;
    span.record("http.response.status_code", response.status().as_u16());
    if response.status().is_server_error() {
        span.record("otel.status_code", "ERROR");
    }
    if let Some(facts) = response.extensions().get::<Arc<web::RequestFacts>>() {
        span.record("souk.request", facts.id.to_string());
        // Which route it is becomes known on the way.
        let route = facts.route().unwrap_or("unmatched");
        span.record("http.route", route);
        span.context().span().update_name(format!("{method} {route}"));
        if let Some(store) = facts.store_so_far() {
            span.record("souk.store", store.slug.as_str());
        }
    }
    if let Some(count) = statements_of(&span) {
        span.record("souk.statements", count);
    }
    if let Some(answer) = answer_of(&span) {
        response.headers_mut().insert(ANSWER, answer);
    }
    response
}

/// The header for the caller.
fn answer_of(span: &tracing::Span) -> Option<HeaderValue> {
    let context = span.context();
    let context = context.span().span_context().clone();
    let flags = context.trace_flags().to_u8();
    let text = format!("00-{}-{}-{flags:02x}", context.trace_id(), context.span_id());
    context.is_valid().then(|| HeaderValue::from_str(&text).ok()).flatten()
}

/// How many statements ran below a span; kept at the span.
#[derive(Debug, Default)]
struct Count(AtomicU64);

fn statements_of(span: &tracing::Span) -> Option<u64> {
    span.with_subscriber(|(id, dispatch)| {
        let span = dispatch.downcast_ref::<Registry>()?.span(id)?;
        let count = span.extensions().get::<Count>()?.0.load(Ordering::Relaxed);
        Some(count)
    })
    .flatten()
}

/// Turns what the database library tells of statements into spans.
struct Statements {
    tracer: SdkTracer,
    subscriber: OnceLock<WeakDispatch>,
}

impl<S> Layer<S> for Statements
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_register_dispatch(&self, subscriber: &Dispatch) {
        let _a_layer_has_one_subscriber = self.subscriber.set(subscriber.downgrade());
    }

    fn on_new_span(&self, _attributes: &tracing::span::Attributes<'_>, id: &tracing::Id, context: Context<'_, S>) {
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(Count::default());
        }
    }

    fn on_event(&self, event: &tracing::Event<'_>, context: Context<'_, S>) {
        if !is_statement(event.metadata()) {
            return;
        }
        let statement = Statement::of(event);
        let Some(around) = context.event_span(event) else {
            return;
        };
        around.scope().for_each(|span| count(&span));
        let subscriber = self.subscriber.get().and_then(WeakDispatch::upgrade);
        let parent =
            subscriber.and_then(|subscriber| tracing_opentelemetry::get_otel_context(&around.id(), &subscriber));
        let Some(parent) = parent else { return };
        #[expect(
            clippy::disallowed_methods,
            reason = "a measurement of this machine, which no test decides"
        )]
        let ended = SystemTime::now();
        let kind = statement.kind();
        let rows = i64::try_from(statement.rows).unwrap_or(i64::MAX);
        let mut span = self
            .tracer
            .span_builder(kind.clone())
            .with_kind(SpanKind::Client)
            .with_start_time(ended.checked_sub(statement.elapsed).unwrap_or(ended))
            .with_attributes([
                KeyValue::new("db.system.name", "postgresql"),
                KeyValue::new("db.query.summary", kind),
                KeyValue::new("db.response.returned_rows", rows),
            ])
            .start_with_context(&self.tracer, &parent);
        span.end_with_timestamp(ended);
    }
}

fn count<'a, S: LookupSpan<'a>>(span: &SpanRef<'a, S>) {
    if let Some(count) = span.extensions().get::<Count>() {
        count.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Sends over the client that the rest of the program uses. Traces are gathered on a thread that is not the runtime's.
#[derive(Debug)]
struct Client {
    http: reqwest::Client,
    runtime: tokio::runtime::Handle,
}

impl Client {
    fn new() -> anyhow::Result<Self> {
        // Another part of the program may have chosen the provider already; then its choice stands.
        let _chosen = rustls::crypto::ring::default_provider().install_default();
        Ok(Self {
            http: reqwest::Client::builder()
                .user_agent("Souk")
                .timeout(Duration::from_secs(10))
                .build()?,
            runtime: tokio::runtime::Handle::try_current()?,
        })
    }
}

#[async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: axum::http::Request<Bytes>) -> Result<axum::http::Response<Bytes>, HttpError> {
        let http = self.http.clone();
        let sending = self.runtime.spawn(async move {
            let mut response = http.execute(request.try_into()?).await?;
            let headers = std::mem::take(response.headers_mut());
            let status = response.status();
            let mut answer = axum::http::Response::new(response.bytes().await?);
            *answer.status_mut() = status;
            *answer.headers_mut() = headers;
            Ok(answer)
        });
        sending.await?
    }
}

#[cfg(test)]
mod tests;
