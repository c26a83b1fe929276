//! What every request passes through, one concern a file. `router.rs` puts them in order.

mod api_rate;
mod budget;
mod cross_site;
mod entity_tag;
mod errors;
mod headers;
mod host;
mod keep;
mod maintenance;
mod observe;
mod panics;
mod shared;

pub(crate) use api_rate::throttle_api;
pub(crate) use budget::bound;
pub(crate) use cross_site::refuse_cross_site;
pub(crate) use entity_tag::{answer_not_modified, content_tag, unless_known};
pub(crate) use errors::show_problems;
pub use headers::with_own_frames;
pub(crate) use headers::{add_security_headers, secure};
pub(crate) use host::require_host;
pub(crate) use keep::{Keeping, at_once, keep_answers};
pub(crate) use maintenance::close_for_maintenance;
pub use observe::method_label;
pub(crate) use observe::{observe, time_to_answer, told};
pub(crate) use panics::answer_panic;
pub(crate) use shared::Share;
