//! The attributes of a product as they are typed.

use std::collections::BTreeSet;

use catalog::{Attribute, Attributes};
use kernel::CategoryId;
use serde::Serialize;
use serde_json::Value;
use web::{Problem, Visitor};

use super::form::ProductForm;
use crate::forms::Difference;

/// An attribute with what is typed, its place being that in the form's lists.
#[derive(Debug, Serialize)]
pub(crate) struct AttributeField {
    code: String,
    name: String,
    kind: &'static str,
    unit: String,
    required: bool,
    value: String,
    /// The choices and, ahead of their removal, what was chosen once.
    choices: Vec<AttributeChoice>,
}

#[derive(Debug, Serialize)]
struct AttributeChoice {
    value: String,
    chosen: bool,
}

/// The attributes for products of the type and in the categories that are typed.
pub(crate) async fn defined(visitor: &Visitor, form: &ProductForm) -> Result<Vec<Attribute>, Problem> {
    let categories: Vec<CategoryId> = form.category.iter().filter_map(|id| id.parse().ok()).collect();
    let mut ctx = visitor.work.read();
    let defined = catalog::attributes_for(&mut ctx, &form.product_type, &categories).await?;
    ctx.rollback().await;
    Ok(defined)
}

pub(crate) fn fields(defined: &[Attribute], form: &ProductForm) -> Vec<AttributeField> {
    let typed = form.attributes();
    let field = |attribute: &Attribute| {
        let value = typed.get(&attribute.code).unwrap_or(&Value::Null);
        let chosen: BTreeSet<String> = texts(value).into_iter().collect();
        let gone = chosen.iter().filter(|text| !attribute.terms.choices.contains(text));
        let choices = attribute
            .terms
            .choices
            .iter()
            .chain(gone)
            .map(|choice| AttributeChoice {
                chosen: chosen.contains(choice),
                value: choice.clone(),
            });
        AttributeField {
            code: attribute.code.clone(),
            name: attribute.terms.name.clone(),
            kind: attribute.kind.as_str(),
            unit: attribute.terms.unit.clone(),
            required: attribute.terms.required,
            value: texts(value).join(", "),
            choices: if attribute.kind.chooses() {
                choices.collect()
            } else {
                Vec::new()
            },
        }
    };
    defined.iter().map(field).collect()
}

/// A value as the texts that are typed for it.
pub(crate) fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Number(number) => vec![number.to_string()],
        Value::Bool(truth) => vec![truth.to_string()],
        Value::Array(values) => values.iter().flat_map(texts).collect(),
        Value::Null | Value::Object(_) => Vec::new(),
    }
}

/// What somebody else saved of these attributes, next to what was typed.
pub(crate) fn differing(defined: &[Attribute], saved: &Attributes, form: &ProductForm) -> Vec<Difference> {
    let typed = form.attributes();
    let words = |values: &Attributes, code: &str| texts(values.get(code).unwrap_or(&Value::Null)).join(", ");
    defined
        .iter()
        .filter_map(|attribute| {
            let (saved, typed) = (words(saved, &attribute.code), words(&typed, &attribute.code));
            (saved != typed).then(|| Difference::named(&attribute.terms.name, saved, typed))
        })
        .collect()
}
