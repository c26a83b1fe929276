//! Bodies, queries and paths as typed values. What is wrong with them is told by field.

mod by_name;
mod form;
mod json;
mod path;
mod query;
mod wrong;
mod zero;

pub use form::Form;
pub use json::Json;
pub use path::Path;
pub use query::Query;

pub(crate) use form::{parse as parse_form, read as read_form};
pub(crate) use json::{has_json_type, parse as parse_json, read_body, unsupported_type};
