//! What the document says of a query is what is taken: no other fields, and no longer texts.

use std::sync::Arc;

use axum::{
    extract::{FromRequestParts as _, Request},
    middleware::{self, Next},
    response::Response,
    routing::MethodRouter,
};
use kernel::{FieldError, Invalid, Locale};
use utoipa::openapi::{
    Object, RefOr, Required, Schema, Type,
    path::{Parameter, ParameterBuilder, ParameterIn},
    schema::SchemaType,
};
use web::{Problem, Query};

use super::Endpoint;
use crate::Rest;

/// A language tag of which the language is one of ours; a region behind it is ignored.
const LANGUAGE: &str = "^([Ee][Nn]|[Ii][Dd])([-_].*)?$";

/// A field of a query, how long its value may be, and whether it names the language.
struct Field {
    name: String,
    longest: Option<usize>,
    is_language: bool,
}

impl Endpoint {
    /// Leaves the query alone: who calls this address was given it as it is.
    pub(crate) fn any_query(mut self) -> Self {
        self.takes_any_query = true;
        self
    }

    /// The same as the program serves it: where nothing is said of the query, it may name the language.
    pub(crate) fn finished(mut self) -> Self {
        if self.takes_any_query {
            return self;
        }
        if !self.path.starts_with("/admin/") && !self.parameters.iter().any(is_of_query) {
            let language = Object::builder().schema_type(Type::String).pattern(Some(LANGUAGE));
            let lang = ParameterBuilder::new()
                .name("lang")
                .parameter_in(ParameterIn::Query)
                .required(Required::False)
                .description(Some("The language of texts: `en` or `id`."))
                .schema(Some(language.build()));
            self.parameters.push(lang.build());
        }
        let of_query = self.parameters.iter().filter(|parameter| is_of_query(parameter));
        let fields: Arc<[Field]> = of_query.map(Field::new).collect();
        let check = move |request: Request, next: Next| check(Arc::clone(&fields), request, next);
        self.routes =
            std::mem::replace(&mut self.routes, MethodRouter::<Rest>::new()).route_layer(middleware::from_fn(check));
        self
    }
}

fn is_of_query(parameter: &Parameter) -> bool {
    matches!(parameter.parameter_in, ParameterIn::Query)
}

impl Field {
    fn new(parameter: &Parameter) -> Self {
        let longest = match &parameter.schema {
            Some(RefOr::T(Schema::Object(object))) => object.max_length,
            _ => None,
        };
        Self {
            name: parameter.name.clone(),
            longest,
            is_language: parameter.name == "lang",
        }
    }
}

async fn check(fields: Arc<[Field]>, request: Request, next: Next) -> Result<Response, Problem> {
    let (mut parts, body) = request.into_parts();
    if parts.uri.query().is_some() {
        let Query(given) = Query::<Vec<(String, String)>>::from_request_parts(&mut parts, &()).await?;
        require(&fields, &given)?;
    }
    Ok(next.run(Request::from_parts(parts, body)).await)
}

fn require(fields: &[Field], given: &[(String, String)]) -> Result<(), Invalid> {
    let mut invalid = Invalid::default();
    for (name, value) in given {
        match fields.iter().find(|field| field.name == *name) {
            None => {
                let message = "is not a field of this request";
                invalid.push(FieldError::new(name, "unknown_field", message));
            }
            Some(Field {
                longest: Some(longest), ..
            }) if value.chars().count() > *longest => {
                let message = format!("may have at most {longest} characters");
                invalid.push(FieldError::new(name, "too_long", message));
            }
            Some(field) if field.is_language && value.parse::<Locale>().is_err() => {
                invalid.push(FieldError::new(name, "invalid_value", "must be en or id"));
            }
            Some(_) => {}
        }
    }
    invalid.into_result()
}

/// A parameter is left out or has a value: a query cannot say null.
pub(super) fn never_null(schema: &mut RefOr<Schema>) {
    let RefOr::T(inner) = schema else { return };
    match inner {
        Schema::Object(object) => {
            if let SchemaType::Array(types) = &object.schema_type
                && let Some(only) = types.iter().find(|one| **one != Type::Null)
            {
                object.schema_type = SchemaType::Type(only.clone());
            }
        }
        Schema::OneOf(choice) => {
            let is_null = |one: &RefOr<Schema>| matches!(one, RefOr::T(Schema::Object(object)) if object.schema_type == SchemaType::Type(Type::Null));
            if let Some(only) = choice.items.iter().find(|one| !is_null(one)).cloned() {
                *schema = only;
            }
        }
        _ => {}
    }
}
