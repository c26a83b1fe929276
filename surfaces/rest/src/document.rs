//! The OpenAPI document, made from the list of endpoints. It is committed as `openapi.json`, and a test compares the two.

use std::collections::BTreeMap;

use utoipa::{
    ToSchema,
    openapi::{
        Components, Info, License, OpenApi, OpenApiBuilder, Paths, RefOr, Schema, Server, Tag, Type,
        schema::{AdditionalProperties, ArrayItems, SchemaType},
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

use crate::{BASE, endpoint::Endpoint, kinds, wire::ProblemDocument};

const DESCRIPTION: &str = "Everything a shop front and a back office need of a store.\n\n\
    The store is the one at the host that is asked. Amounts are in minor units with their currency: \
    `{\"amount\": 1999, \"currency\": \"USD\"}` is $19.99. Times are RFC 3339, ids have a prefix that says what they name. \
    Lists are `{\"items\": […], \"next_cursor\": …, \"total\": …}`. Unknown fields are refused. Problems are \
    `application/problem+json` (RFC 9457) with a stable `code` and, for each wrong field, an entry in `errors`.\n\n\
    A purchase takes two calls: `POST /carts` with lines, addresses and delivery, and `POST /carts/{id}/complete` with the \
    payment and the total that was seen.\n\n\
    Whole numbers are written without a point: `5.0` is refused where an integer is asked for. Fields and texts that this \
    document does not know are refused as well, with 422 and the field's name.";

const API_KEY: &str = "An API key of the store: `Authorization: Bearer souk_…`.";
const ACCESS_TOKEN: &str = "What `POST /auth/token` gives: a customer's, or one with the permissions of an API key.";
const CUSTOMER_SESSION: &str =
    "The session cookie of a customer, for pages on the same origin. At https its name begins with `__Host-`.";
const SESSION: &str =
    "The session cookie of a member of staff, for pages on the same origin. At https its name begins with `__Host-`.";

/// Texts as PostgreSQL can hold them.
pub(crate) const WITHOUT_ZERO: &str = r"^[^\x00]*$";

/// What tags say of their endpoints, in the order of the documentation.
const TAGS: &[(&str, &str)] = &[
    ("Products", "What the store sells."),
    (
        "Carts",
        "From the first line to the payment. A cart's id is its secret.",
    ),
    (
        "Waiting room",
        "Where shoppers wait when too many come at once, and their tickets.",
    ),
    ("Orders", "What was bought, for the shopper."),
    ("Reviews", "What shoppers say of products."),
    (
        "Content",
        "What the store says beside its products: pages, menus and the home page.",
    ),
    (
        "Sign-in",
        "Tokens for programs. Their public keys: `/.well-known/jwks.json`.",
    ),
    ("Me", "What a signed-in customer sees and changes of their own."),
    ("Webhooks", "What payment gateways call."),
    ("Admin: products", "The catalogue, published or not."),
    ("Admin: stock", "Locations, what lies where, and what happens to it."),
    ("Admin: orders", "Orders, parcels, refunds and notes."),
    ("Admin: customers", "Who has an account, and what they bought."),
    ("Admin: coupons", "Codes that take something off."),
    (
        "Admin: price lists",
        "What groups of customers pay where it is less than everybody pays.",
    ),
    ("Admin: reviews", "What shoppers say, before or after others see it."),
    ("Admin: content", "Pages, menus and the home page, shown or not."),
    ("Admin: imports", "Catalogues from files."),
    ("Admin: exports", "The store's data as files."),
    ("Admin: jobs", "Background work that failed too often."),
    ("Admin: settings", "What is decided about the store itself."),
    ("Admin: keys", "API keys."),
];

/// The document of these endpoints.
pub(crate) fn document(endpoints: &[Endpoint]) -> OpenApi {
    let mut paths = Paths::new();
    let mut schemas = BTreeMap::new();
    schemas.insert(
        ProblemDocument::name().into_owned(),
        <ProblemDocument as utoipa::PartialSchema>::schema(),
    );
    let mut more = Vec::new();
    <ProblemDocument as ToSchema>::schemas(&mut more);
    schemas.extend(more);
    for endpoint in endpoints {
        paths.add_path_operation(endpoint.path, vec![endpoint.method.clone()], endpoint.operation());
        schemas.extend(endpoint.schemas());
    }
    kinds::name_parts(&mut schemas);
    for schema in schemas.values_mut() {
        refuse_zero(schema);
    }
    let mut components = Components::new();
    components.schemas.extend(schemas);
    components.add_security_scheme(
        "api_key",
        SecurityScheme::Http(
            HttpBuilder::new()
                .scheme(HttpAuthScheme::Bearer)
                .description(Some(API_KEY))
                .build(),
        ),
    );
    components.add_security_scheme(
        "access_token",
        SecurityScheme::Http(
            HttpBuilder::new()
                .scheme(HttpAuthScheme::Bearer)
                .bearer_format("JWT")
                .description(Some(ACCESS_TOKEN))
                .build(),
        ),
    );
    components.add_security_scheme(
        "customer_session",
        SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
            web::SESSION_COOKIE,
            CUSTOMER_SESSION,
        ))),
    );
    components.add_security_scheme(
        "staff_session",
        SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
            web::SESSION_COOKIE,
            SESSION,
        ))),
    );
    let mut info = Info::new("Souk API", "1");
    info.description = Some(DESCRIPTION.to_owned());
    info.license = Some(license());
    let tag = |(name, description): &(&str, &str)| {
        let mut tag = Tag::new(*name);
        tag.description = Some((*description).to_owned());
        tag
    };
    OpenApiBuilder::new()
        .info(info)
        .servers(Some([Server::new(BASE)]))
        .paths(paths)
        .components(Some(components))
        .tags(Some(TAGS.iter().map(tag).collect::<Vec<_>>()))
        .build()
}

/// Says of every text that has no narrower pattern that it may not hold the character zero.
pub(crate) fn refuse_zero(schema: &mut RefOr<Schema>) {
    let RefOr::T(schema) = schema else { return };
    match schema {
        Schema::Object(object) => {
            let is_text = match &object.schema_type {
                SchemaType::Type(Type::String) => true,
                SchemaType::Array(types) => types.contains(&Type::String),
                SchemaType::Type(_) | SchemaType::AnyValue => false,
            };
            let is_free = object.pattern.is_none() && object.format.is_none() && object.enum_values.is_none();
            if is_text && is_free {
                object.pattern = Some(WITHOUT_ZERO.to_owned());
            }
            object.properties.values_mut().for_each(refuse_zero);
            if let Some(AdditionalProperties::RefOr(values)) = object.additional_properties.as_deref_mut() {
                refuse_zero(values);
            }
        }
        Schema::Array(array) => {
            if let ArrayItems::RefOrSchema(items) = &mut array.items {
                refuse_zero(items);
            }
        }
        Schema::OneOf(choice) => choice.items.iter_mut().for_each(refuse_zero),
        Schema::AllOf(all) => all.items.iter_mut().for_each(refuse_zero),
        Schema::AnyOf(any) => any.items.iter_mut().for_each(refuse_zero),
        _ => {}
    }
}

fn license() -> License {
    let mut license = License::new("Apache-2.0");
    license.identifier = Some("Apache-2.0".to_owned());
    license
}
