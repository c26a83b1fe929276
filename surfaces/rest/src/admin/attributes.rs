//! `/admin/attributes`: list, get, create, change, delete. Their values stand in the attributes of products.

use axum::{
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse as _,
};
use catalog::{AttributeError, AttributeTerms, NewAttribute};
use kernel::AttributeId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, Api, Idempotent, IfMatch, Path, Problem, Query, can};

use super::{require_version, tagged};
use crate::{
    endpoint::Endpoint,
    shop,
    wire::{PageQuery, Paging, ids, words},
};

const TAG: &str = "Admin: products";

/// What the values of an attribute are. In a product's attributes they stand under its code.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum AttributeKind {
    /// A string of one line.
    Text,
    /// A string of several lines.
    LongText,
    /// A number, perhaps with a unit.
    Number,
    /// `true` or `false`.
    YesNo,
    /// A string such as `2026-01-31`.
    Date,
    /// A string that is one of the choices.
    OneOf,
    /// An array of some of the choices.
    SeveralOf,
    /// A string: a path of the store or an http address.
    Link,
}

/// Something that the store says of its products.
#[derive(Serialize, ToSchema)]
struct Attribute {
    #[schema(value_type = ids::AttributeId)]
    id: AttributeId,
    code: String,
    kind: AttributeKind,
    name: String,
    unit: String,
    choices: Vec<String>,
    required: bool,
    shown: bool,
    product_types: Vec<String>,
    #[schema(value_type = Vec<ids::CategoryId>)]
    category_ids: Vec<kernel::CategoryId>,
    /// Raised by every change; also in the ETag.
    version: i64,
}

/// An attribute to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateAttribute {
    /// The name of its values in a product's attributes; the attribute's name when it is empty. Values that products have
    /// under it become its values.
    #[serde(default)]
    #[schema(max_length = 100)]
    code: String,
    /// For good.
    kind: AttributeKind,
    #[schema(value_type = words::Title)]
    name: String,
    /// What stands behind a number, such as `cm`.
    #[serde(default)]
    #[schema(max_length = 100)]
    unit: String,
    /// What a value can be, for `one_of` and `several_of`.
    #[serde(default)]
    #[schema(value_type = Vec<words::Title>, required = false, max_items = 250)]
    choices: Vec<String>,
    /// Whether a product needs a value before it goes on sale.
    #[serde(default)]
    required: bool,
    /// Whether shoppers see it.
    #[serde(default = "yes")]
    #[schema(default = true)]
    shown: bool,
    /// For products of these types; with no types and no categories, for all.
    #[serde(default)]
    #[schema(value_type = Vec<words::Title>, required = false, max_items = 250)]
    product_types: Vec<String>,
    /// For products in these categories and below them.
    #[serde(default)]
    #[schema(value_type = Vec<ids::CategoryId>, max_items = 250)]
    category_ids: Vec<kernel::CategoryId>,
}

/// All that can be changed of an attribute.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UpdateAttribute {
    #[schema(value_type = words::Title)]
    name: String,
    /// What stands behind a number, such as `cm`.
    #[serde(default)]
    #[schema(max_length = 100)]
    unit: String,
    /// What a value can be, for `one_of` and `several_of`.
    #[serde(default)]
    #[schema(value_type = Vec<words::Title>, required = false, max_items = 250)]
    choices: Vec<String>,
    /// Whether a product needs a value before it goes on sale.
    #[serde(default)]
    required: bool,
    /// Whether shoppers see it.
    #[serde(default = "yes")]
    #[schema(default = true)]
    shown: bool,
    /// For products of these types; with no types and no categories, for all.
    #[serde(default)]
    #[schema(value_type = Vec<words::Title>, required = false, max_items = 250)]
    product_types: Vec<String>,
    /// For products in these categories and below them.
    #[serde(default)]
    #[schema(value_type = Vec<ids::CategoryId>, max_items = 250)]
    category_ids: Vec<kernel::CategoryId>,
}

fn yes() -> bool {
    true
}

impl From<AttributeKind> for catalog::AttributeKind {
    fn from(kind: AttributeKind) -> Self {
        match kind {
            AttributeKind::Text => Self::Text,
            AttributeKind::LongText => Self::LongText,
            AttributeKind::Number => Self::Number,
            AttributeKind::YesNo => Self::YesNo,
            AttributeKind::Date => Self::Date,
            AttributeKind::OneOf => Self::OneOf,
            AttributeKind::SeveralOf => Self::SeveralOf,
            AttributeKind::Link => Self::Link,
        }
    }
}

impl From<catalog::AttributeKind> for AttributeKind {
    fn from(kind: catalog::AttributeKind) -> Self {
        use catalog::AttributeKind as Kind;
        match kind {
            Kind::Text => Self::Text,
            Kind::LongText => Self::LongText,
            Kind::Number => Self::Number,
            Kind::YesNo => Self::YesNo,
            Kind::Date => Self::Date,
            Kind::OneOf => Self::OneOf,
            Kind::SeveralOf => Self::SeveralOf,
            Kind::Link => Self::Link,
        }
    }
}

impl From<catalog::Attribute> for Attribute {
    fn from(attribute: catalog::Attribute) -> Self {
        let terms = attribute.terms;
        Self {
            id: attribute.id,
            code: attribute.code,
            kind: attribute.kind.into(),
            name: terms.name,
            unit: terms.unit,
            choices: terms.choices,
            required: terms.required,
            shown: terms.shown,
            product_types: terms.product_types,
            category_ids: terms.category_ids,
            version: attribute.version,
        }
    }
}

impl From<CreateAttribute> for NewAttribute {
    fn from(body: CreateAttribute) -> Self {
        Self {
            code: body.code,
            kind: body.kind.into(),
            terms: AttributeTerms {
                name: body.name,
                unit: body.unit,
                choices: body.choices,
                required: body.required,
                shown: body.shown,
                product_types: body.product_types,
                category_ids: body.category_ids,
            },
        }
    }
}

impl From<UpdateAttribute> for AttributeTerms {
    fn from(body: UpdateAttribute) -> Self {
        Self {
            name: body.name,
            unit: body.unit,
            choices: body.choices,
            required: body.required,
            shown: body.shown,
            product_types: body.product_types,
            category_ids: body.category_ids,
        }
    }
}

pub(crate) fn list_endpoint() -> Endpoint {
    Endpoint::get("list_attributes", "/admin/attributes", list)
        .says(TAG, "List attributes", "What the store says of its products, in order.")
        .guarded::<can::ReadCatalog>()
        .query::<PageQuery>()
        .lists::<Attribute>("A page of attributes.")
}

async fn list(api: Api<can::ReadCatalog>, paging: Paging, Query(query): Query<PageQuery>) -> Answer {
    let page = paging.request(query.limit, query.cursor)?;
    let attributes = catalog::page_attributes(&mut api.work.read(), &page)
        .await
        .map_err(shop::list_problem)?;
    Ok(paging.list(attributes.map(Attribute::from)).into_response())
}

pub(crate) fn get_endpoint() -> Endpoint {
    Endpoint::get("get_attribute", "/admin/attributes/{id}", get)
        .says(
            TAG,
            "Get an attribute",
            "What its values are, and for which products it is.",
        )
        .guarded::<can::ReadCatalog>()
        .path_id::<ids::AttributeId>("id", "The attribute.")
        .answers::<Attribute>(200, "The attribute.")
        .tagged(200)
}

async fn get(api: Api<can::ReadCatalog>, Path(id): Path<AttributeId>) -> Answer {
    let attribute = catalog::find_attribute(&mut api.work.read(), id)
        .await?
        .ok_or_else(Problem::not_found)?;
    Ok(tagged(StatusCode::OK, attribute.version, Attribute::from(attribute)))
}

pub(crate) fn create_endpoint() -> Endpoint {
    Endpoint::post("create_attribute", "/admin/attributes", create)
        .says(TAG, "Create an attribute", "Makes an attribute, behind the others.")
        .guarded::<can::WriteCatalog>()
        .idempotent()
        .body::<CreateAttribute>()
        .answers::<Attribute>(201, "The attribute.")
        .tagged(201)
        .problem(
            409,
            "`code_taken`: another attribute has the code; or `idempotency_key_in_flight`.",
        )
}

async fn create(api: Api<can::WriteCatalog>, Idempotent { body, request }: Idempotent<CreateAttribute>) -> Answer {
    web::write_idempotently(&api.work, &request, async |ctx| {
        let attribute = catalog::create_attribute(ctx, body.into()).await.map_err(problem)?;
        let location = [(header::LOCATION, format!("/api/v1/admin/attributes/{}", attribute.id))];
        let answer = tagged(StatusCode::CREATED, attribute.version, Attribute::from(attribute));
        Ok((location, answer).into_response())
    })
    .await
}

pub(crate) fn patch_endpoint() -> Endpoint {
    Endpoint::patch("update_attribute", "/admin/attributes/{id}", patch)
        .says(
            TAG,
            "Change an attribute",
            "Replaces all that is said of an attribute, except its code and kind. Values that no longer fit stay until their \
             product is changed.",
        )
        .guarded::<can::WriteCatalog>()
        .path_id::<ids::AttributeId>("id", "The attribute.")
        .idempotent()
        .if_match(true)
        .body::<UpdateAttribute>()
        .answers::<Attribute>(200, "The attribute.")
        .tagged(200)
}

async fn patch(
    api: Api<can::WriteCatalog>,
    Path(id): Path<AttributeId>,
    version: Result<IfMatch, Problem>,
    headers: HeaderMap,
    Idempotent { body, request }: Idempotent<UpdateAttribute>,
) -> Answer {
    let update = catalog::UpdateAttribute {
        id,
        expected_version: require_version(version, &headers)?,
        terms: body.into(),
    };
    web::write_idempotently(&api.work, &request, async |ctx| {
        let attribute = catalog::update_attribute(ctx, update).await.map_err(problem)?;
        Ok(tagged(StatusCode::OK, attribute.version, Attribute::from(attribute)))
    })
    .await
}

pub(crate) fn delete_endpoint() -> Endpoint {
    Endpoint::delete("delete_attribute", "/admin/attributes/{id}", delete)
        .says(
            TAG,
            "Delete an attribute",
            "Takes an attribute away; products keep its values as free ones, which shoppers see.",
        )
        .guarded::<can::WriteCatalog>()
        .path_id::<ids::AttributeId>("id", "The attribute.")
        .idempotent()
        .if_match(false)
        .answers_nothing(204, "It is gone.")
}

async fn delete(
    api: Api<can::WriteCatalog>,
    Path(id): Path<AttributeId>,
    version: Result<IfMatch, Problem>,
    Idempotent { body: (), request }: Idempotent<()>,
) -> Answer {
    let IfMatch(version) = version?;
    web::write_idempotently(&api.work, &request, async |ctx| {
        catalog::delete_attribute(ctx, id, version).await.map_err(problem)?;
        Ok(StatusCode::NO_CONTENT.into_response())
    })
    .await
}

fn problem(error: AttributeError) -> Problem {
    match error {
        AttributeError::Forbidden(error) => error.into(),
        AttributeError::NotFound => Problem::not_found(),
        AttributeError::VersionConflict { current } => Problem::version_conflict().with("version", &current),
        AttributeError::CodeTaken => Problem::conflict("code_taken", "Another attribute has the code."),
        AttributeError::Invalid(invalid) => invalid.into(),
        AttributeError::Internal(error) => error.into(),
    }
}
