//! What every request passes through, one concern a file. `router.rs` puts them in order.

mod api_rate;
mod budget;
mod cross_site;
mod entity_tag;
mod errors;
mod headers;
mod keep;
mod maintenance;
mod observe;
mod panics;

pub(crate) use api_rate::throttle_api;
pub(crate) use budget::{Budget, bound};
pub(crate) use cross_site::refuse_cross_site;
pub(crate) use entity_tag::{answer_not_modified, content_tag};
pub(crate) use errors::show_problems;
pub(crate) use headers::add_security_headers;
pub use headers::with_own_frames;
pub(crate) use keep::{Keeping, keep_answers};
pub(crate) use maintenance::close_for_maintenance;
pub use observe::method_label;
pub(crate) use observe::observe;
pub(crate) use panics::answer_panic;
