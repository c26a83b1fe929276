//! What the demo stores say of their products.

use serde::Deserialize;

/// Something that is said of products, under its name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AttributeEntry {
    /// Such as `Material`.
    pub(crate) name: String,
    /// What its values are, as the catalogue names it.
    pub(crate) kind: String,
    /// What stands behind a number.
    #[serde(default)]
    pub(crate) unit: String,
    /// What a value can be.
    #[serde(default)]
    pub(crate) choices: Vec<String>,
    /// The categories it is for; none means all.
    #[serde(default)]
    pub(crate) categories: Vec<String>,
}
