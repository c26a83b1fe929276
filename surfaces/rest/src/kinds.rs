//! Bodies whose fields depend on their kind, in the document: a schema for each kind, and the kind tells which.

use std::collections::BTreeMap;

use utoipa::{
    ToSchema,
    openapi::{
        Object, OneOf, Ref, RefOr, Schema, Type,
        schema::{AdditionalProperties, Discriminator},
    },
};

use crate::endpoint::Endpoint;

/// The field that says which kind a body is of.
const KIND: &str = "kind";

/// What a kind makes of the fields that some kind has.
#[derive(Clone)]
pub(crate) struct OfKind {
    /// Its name, and that of its schema behind the name of the whole.
    title: String,
    kind: Option<&'static str>,
    required: Vec<&'static str>,
    fields: Vec<(&'static str, Option<RefOr<Schema>>)>,
}

impl OfKind {
    pub(crate) fn new(kind: &'static str) -> Self {
        Self {
            title: capitalised(kind),
            kind: Some(kind),
            required: vec![KIND],
            fields: Vec::new(),
        }
    }

    /// A change that leaves the kind as it is.
    pub(crate) fn kept(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            kind: None,
            required: Vec::new(),
            fields: vec![(KIND, None)],
        }
    }

    /// This kind cannot do without the field.
    pub(crate) fn needs(mut self, field: &'static str, schema: impl Into<RefOr<Schema>>) -> Self {
        self.required.push(field);
        self.takes(field, schema)
    }

    /// The field is another one with this kind.
    pub(crate) fn takes(mut self, field: &'static str, schema: impl Into<RefOr<Schema>>) -> Self {
        self.fields.push((field, Some(schema.into())));
        self
    }

    /// This kind does not have the field.
    pub(crate) fn lacks(mut self, field: &'static str) -> Self {
        self.fields.push((field, None));
        self
    }

    fn part(self, whole: &Object) -> RefOr<Schema> {
        let mut part = whole.clone();
        part.title = Some(self.title);
        part.description = None;
        if let Some(kind) = self.kind {
            part.properties.insert(KIND.to_owned(), only(kind).into());
        }
        for (field, schema) in self.fields {
            match schema {
                Some(schema) => part.properties.insert(field.to_owned(), schema),
                None => part.properties.shift_remove(field),
            };
        }
        let missing = |field: &&str| !part.required.iter().any(|known| known == field);
        let more: Vec<String> = self.required.into_iter().filter(missing).map(str::to_owned).collect();
        part.required.extend(more);
        RefOr::T(Schema::Object(part))
    }
}

/// This text and no other.
pub(crate) fn only(text: &str) -> Object {
    Object::builder()
        .schema_type(Type::String)
        .enum_values(Some([text]))
        .build()
}

/// A text that says nothing: kinds without the field take it as answers give it.
pub(crate) fn empty_text() -> Object {
    Object::builder().schema_type(Type::String).max_length(Some(0)).build()
}

/// Null: kinds without the field take it as answers give it.
pub(crate) fn null() -> Object {
    Object::with_type(Type::Null)
}

impl Endpoint {
    /// A schema whose fields depend on its kind.
    pub(crate) fn by_kind<B: ToSchema>(self, kinds: Vec<OfKind>) -> Self {
        self.reshaped::<B>(move |schema| split(schema, &kinds))
    }

    /// A schema that has a part for each kind, none of which has other fields.
    pub(crate) fn closed<B: ToSchema>(self) -> Self {
        self.reshaped::<B>(close)
    }
}

/// The schema of an object whose fields depend on its kind.
fn split(schema: &mut RefOr<Schema>, kinds: &[OfKind]) {
    if let RefOr::T(Schema::Object(whole)) = schema {
        let parts = kinds.iter().map(|kind| kind.clone().part(whole)).collect();
        let mut choice = OneOf::builder().description(whole.description.clone()).build();
        choice.items = parts;
        *schema = RefOr::T(Schema::OneOf(choice));
    }
}

/// Says of each part that it has no other fields.
fn close(schema: &mut RefOr<Schema>) {
    if let RefOr::T(Schema::OneOf(choice)) = schema {
        for part in &mut choice.items {
            if let RefOr::T(Schema::Object(part)) = part {
                part.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
            }
        }
    }
}

/// Gives the parts schemas of their own, which a discriminator can name.
pub(crate) fn name_parts(schemas: &mut BTreeMap<String, RefOr<Schema>>) {
    let mut named = Vec::new();
    for (whole, schema) in schemas.iter_mut() {
        if let RefOr::T(Schema::OneOf(choice)) = schema {
            named.extend(take_parts(whole, choice));
        }
    }
    schemas.extend(named);
}

fn take_parts(whole: &str, choice: &mut OneOf) -> Vec<(String, RefOr<Schema>)> {
    let name = |part| title(part).map(|title| format!("{whole}{title}"));
    let Some(names) = choice.items.iter().map(name).collect::<Option<Vec<String>>>() else {
        return Vec::new();
    };
    let reference = |name: &String| RefOr::from(Ref::from_schema_name(name));
    let references = names.iter().map(reference).collect();
    let parts = std::mem::replace(&mut choice.items, references);
    let kinds: Option<Vec<&str>> = parts.iter().map(kind_of).collect();
    choice.discriminator = kinds.map(|kinds| {
        let places = names.iter().map(|name| format!("#/components/schemas/{name}"));
        Discriminator::with_mapping(KIND, kinds.into_iter().zip(places))
    });
    names.into_iter().zip(parts).collect()
}

fn title(part: &RefOr<Schema>) -> Option<String> {
    match part {
        RefOr::T(Schema::Object(Object { title: Some(title), .. })) => Some(title.clone()),
        part => kind_of(part).map(capitalised),
    }
}

/// The one kind that a part is of.
fn kind_of(part: &RefOr<Schema>) -> Option<&str> {
    let RefOr::T(Schema::Object(part)) = part else {
        return None;
    };
    let RefOr::T(Schema::Object(kind)) = part.properties.get(KIND)? else {
        return None;
    };
    match kind.enum_values.as_deref()? {
        [only] => only.as_str(),
        _ => None,
    }
}

/// `free_shipping` as `FreeShipping`.
fn capitalised(kind: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    };
    kind.split('_').map(word).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_kind_has_a_schema_and_the_kind_names_it() {
        let text = || Object::with_type(Type::String);
        let whole = Object::builder()
            .property("kind", text())
            .property("amount", text())
            .property("title", text())
            .required("title");
        let mut schema = whole.build().into();
        split(
            &mut schema,
            &[
                OfKind::new("fixed_amount").needs("amount", text()),
                OfKind::new("free").lacks("amount"),
            ],
        );
        close(&mut schema);
        let mut schemas = [("Coupon".to_owned(), schema)].into();
        name_parts(&mut schemas);
        let schemas = serde_json::to_value(schemas).unwrap();
        let place = |name: &str| format!("#/components/schemas/{name}");
        let (fixed, free) = (place("CouponFixedAmount"), place("CouponFree"));
        assert_eq!(
            schemas["Coupon"],
            json!({
                "oneOf": [{"$ref": fixed}, {"$ref": free}],
                "discriminator": {"propertyName": "kind", "mapping": {"fixed_amount": fixed, "free": free}},
            })
        );
        assert_eq!(
            schemas["CouponFree"],
            json!({
                "title": "Free", "type": "object", "additionalProperties": false, "required": ["title", "kind"],
                "properties": {"kind": {"type": "string", "enum": ["free"]}, "title": {"type": "string"}},
            })
        );
        assert_eq!(
            schemas["CouponFixedAmount"]["required"],
            json!(["title", "kind", "amount"])
        );
    }
}
