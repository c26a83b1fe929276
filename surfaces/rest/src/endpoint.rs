//! An endpoint: its route, its handler and its part of the document, said once. Router, document, documentation page and the
//! authorisation test are all made from the same list of endpoints.

mod problems;
mod schemas;
mod taken;

use std::collections::BTreeMap;

use axum::{
    extract::DefaultBodyLimit,
    handler::Handler,
    routing::{self, MethodRouter},
};
use kernel::Permission;
use serde::de::DeserializeOwned;
use utoipa::{
    IntoParams, ToSchema,
    openapi::{
        Content, Header, Object, RefOr, Required, Response, ResponseBuilder, Schema, Type,
        path::{HttpMethod, Operation, OperationBuilder, Parameter, ParameterBuilder, ParameterIn},
        request_body::{RequestBody, RequestBodyBuilder},
        security::SecurityRequirement,
    },
};
use web::Grant;

use self::taken::never_null;
use crate::{Rest, document::refuse_zero, wire};

/// A method on a path below `/api/v1`.
pub(crate) struct Endpoint {
    pub(crate) method: HttpMethod,
    pub(crate) path: &'static str,
    /// What a key needs; `None` is open to everybody.
    pub(crate) permission: Option<Permission>,
    /// Whether only customers may call it.
    pub(crate) for_customers: bool,
    pub(crate) routes: MethodRouter<Rest>,
    schemas: Vec<schemas::Collect>,
    name: &'static str,
    tag: &'static str,
    summary: &'static str,
    description: &'static str,
    parameters: Vec<Parameter>,
    body: Option<RequestBody>,
    takes_any_query: bool,
    answers: BTreeMap<u16, Response>,
    /// Statuses of problems, with a sentence where the usual one says too little.
    problems: BTreeMap<u16, &'static str>,
}

impl Endpoint {
    /// Reads something. The answer has an ETag, so the same question may be answered with 304 unless that is a version.
    pub(crate) fn get<H: Handler<T, Rest>, T: 'static>(name: &'static str, path: &'static str, handler: H) -> Self {
        let mut endpoint = Self::new(HttpMethod::Get, name, path, routing::get(handler));
        endpoint.answers.insert(
            304,
            Response::new("The caller has it already: If-None-Match holds its ETag."),
        );
        endpoint
    }

    /// Makes something, or has something done.
    pub(crate) fn post<H: Handler<T, Rest>, T: 'static>(name: &'static str, path: &'static str, handler: H) -> Self {
        Self::new(HttpMethod::Post, name, path, routing::post(handler)).changing()
    }

    /// Changes some fields of something.
    pub(crate) fn patch<H: Handler<T, Rest>, T: 'static>(name: &'static str, path: &'static str, handler: H) -> Self {
        Self::new(HttpMethod::Patch, name, path, routing::patch(handler)).changing()
    }

    /// Sees to it that something is there.
    pub(crate) fn put<H: Handler<T, Rest>, T: 'static>(name: &'static str, path: &'static str, handler: H) -> Self {
        Self::new(HttpMethod::Put, name, path, routing::put(handler)).changing()
    }

    /// Takes something away.
    pub(crate) fn delete<H: Handler<T, Rest>, T: 'static>(name: &'static str, path: &'static str, handler: H) -> Self {
        Self::new(HttpMethod::Delete, name, path, routing::delete(handler)).changing()
    }

    fn new(method: HttpMethod, name: &'static str, path: &'static str, routes: MethodRouter<Rest>) -> Self {
        let endpoint = Self {
            method,
            path,
            permission: None,
            for_customers: false,
            routes,
            schemas: Vec::new(),
            name,
            tag: "",
            summary: "",
            description: "",
            parameters: Vec::new(),
            body: None,
            takes_any_query: false,
            answers: BTreeMap::new(),
            problems: BTreeMap::new(),
        };
        endpoint
            .problem(401, "The API key or access token that was sent is not valid.")
            .problems(&[400, 404, 405, 422, 429, 500, 503])
    }

    fn changing(self) -> Self {
        self.problems(&[403])
    }

    /// What it does, in a line and in sentences.
    pub(crate) fn says(mut self, tag: &'static str, summary: &'static str, description: &'static str) -> Self {
        (self.tag, self.summary, self.description) = (tag, summary, description);
        self
    }

    /// Only keys and staff with a permission may call it.
    pub(crate) fn guarded<G: Grant>(mut self) -> Self {
        self.permission = G::PERMISSION;
        self.problem(401, "").problems(&[403])
    }

    /// Only customers may call it, by access token or session.
    pub(crate) fn for_customers(mut self) -> Self {
        self.for_customers = true;
        self.problem(401, "There is no access token or session, or it is not valid.")
            .problem(
                403,
                "The account is no customer's, or the request came from another site.",
            )
    }

    /// An id in the path.
    pub(crate) fn path_id<I: wire::IdSchema>(self, name: &str, description: &str) -> Self {
        self.in_path(name, description, I::reference()).schema::<I>()
    }

    /// A text in the path.
    pub(crate) fn path_text(self, name: &str, description: &str) -> Self {
        let text = Object::builder()
            .schema_type(Type::String)
            .min_length(Some(1))
            .max_length(Some(200))
            .build();
        self.in_path(name, description, text.into())
    }

    /// A country or a state in the path.
    pub(crate) fn path_place(self, name: &str, description: &str) -> Self {
        let place = Object::builder()
            .schema_type(Type::String)
            .pattern(Some("^[A-Za-z]{2}(-[0-9A-Za-z]{1,10})?$"))
            .examples(["US-CA"]);
        self.in_path(name, description, place.build().into())
    }

    /// A UUID in the path.
    pub(crate) fn path_uuid(self, name: &str, description: &str) -> Self {
        let format = utoipa::openapi::SchemaFormat::Custom("uuid".to_owned());
        let uuid = Object::builder().schema_type(Type::String).format(Some(format)).build();
        self.in_path(name, description, uuid.into())
    }

    /// Takes a body of that size instead of the usual one.
    pub(crate) fn layered(mut self, limit: DefaultBodyLimit) -> Self {
        self.routes = self.routes.layer(limit);
        self
    }

    fn in_path(mut self, name: &str, description: &str, schema: RefOr<Schema>) -> Self {
        let parameter = ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Path)
            .required(Required::True)
            .description(Some(description))
            .schema(Some(schema));
        self.parameters.push(parameter.build());
        self
    }

    /// The query's fields.
    pub(crate) fn query<Q: IntoParams>(mut self) -> Self {
        let mut parameters = Q::into_params(|| Some(ParameterIn::Query));
        for schema in parameters.iter_mut().filter_map(|parameter| parameter.schema.as_mut()) {
            never_null(schema);
            refuse_zero(schema);
        }
        self.parameters.extend(parameters);
        self
    }

    /// Takes an `Idempotency-Key`.
    pub(crate) fn idempotent(self) -> Self {
        let key = Object::builder()
            .schema_type(Type::String)
            .min_length(Some(1))
            .max_length(Some(255))
            .pattern(Some("^[!-~]+$"))
            .build();
        self.header(
            "Idempotency-Key",
            false,
            "A value of the caller's for this one change. The same key with the same body is answered with the first answer \
             again and changes nothing; with another body it is refused with 422, and with 409 while the first is at work. At another \
             address it is another key. An answer of more than 1 MiB is \
             not kept: the same request is then told so with a 409, `answer_not_kept`, and where to look in `Location`.",
            key,
        )
        .problems(&[408, 409, 413, 415, 422])
    }

    /// Takes the ticket of a waiting room.
    pub(crate) fn queue_ticket(self) -> Self {
        let ticket = Object::builder()
            .schema_type(Type::String)
            .min_length(Some(1))
            .max_length(Some(256))
            .build();
        self.header(
            "Queue-Ticket",
            false,
            "The shopper's ticket of the waiting room, as `POST /queue` gave it.",
            ticket,
        )
    }

    /// Takes the ETag of the version that the change is made to.
    pub(crate) fn if_match(self, required: bool) -> Self {
        let description =
            "The ETag of the version that the change is made to. When it was changed since, the answer is 412.";
        self.if_match_of(required, description)
    }

    /// The same where the path does not end in what has the version: whose ETag it is.
    pub(crate) fn if_match_of(self, required: bool, description: &str) -> Self {
        let tag = Object::builder()
            .schema_type(Type::String)
            .pattern(Some(r#"^(\*|(W/)?"[^"]*")$"#))
            .build();
        let endpoint = self
            .header("If-Match", required, description, tag)
            .problems(&[412, 422]);
        if required { endpoint.problems(&[428]) } else { endpoint }
    }

    fn header(mut self, name: &str, required: bool, description: &str, schema: Object) -> Self {
        let parameter = ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Header)
            .required(if required { Required::True } else { Required::False })
            .description(Some(description))
            .schema(Some(schema));
        self.parameters.push(parameter.build());
        self
    }

    /// The JSON body. It may be missing when all of its fields may.
    pub(crate) fn body<B: ToSchema + DeserializeOwned>(mut self) -> Self {
        let required = if serde_json::from_str::<B>("{}").is_ok() {
            Required::False
        } else {
            Required::True
        };
        let content = Content::new(Some(RefOr::from(utoipa::openapi::Ref::from_schema_name(B::name()))));
        let body = RequestBodyBuilder::new()
            .required(Some(required))
            .content("application/json", content);
        self.body = Some(body.build());
        self.schema::<B>().problems(&[408, 413, 415, 422])
    }

    /// A body that is not JSON of ours.
    pub(crate) fn raw_body(mut self, content_types: &[&str], description: &str, schema: Object) -> Self {
        let mut body = RequestBodyBuilder::new()
            .required(Some(Required::True))
            .description(Some(description));
        for content_type in content_types {
            body = body.content(*content_type, Content::new(Some(schema.clone())));
        }
        self.body = Some(body.build());
        self.problems(&[408, 413])
    }

    /// An answer with a body.
    pub(crate) fn answers<B: ToSchema>(self, status: u16, description: &str) -> Self {
        let reference = RefOr::from(utoipa::openapi::Ref::from_schema_name(B::name()));
        self.answer(status, description, Some(reference)).schema::<B>()
    }

    /// A page of a list.
    pub(crate) fn lists<B: ToSchema>(self, description: &str) -> Self {
        self.answer_list::<B>(200, description)
    }

    /// An answer that is a list.
    pub(crate) fn answer_list<B: ToSchema>(self, status: u16, description: &str) -> Self {
        self.answer(status, description, Some(wire::list_schema::<B>()))
            .schema::<B>()
    }

    /// An answer that is a file.
    pub(crate) fn answers_file(mut self, content_types: &[&str], description: &str) -> Self {
        let mut response = ResponseBuilder::new().description(description);
        for content_type in content_types {
            response = response.content(*content_type, Content::new(Some(Object::with_type(Type::String))));
        }
        self.answers.insert(200, response.build());
        self.never_kept()
    }

    /// An answer without a body.
    pub(crate) fn answers_nothing(self, status: u16, description: &str) -> Self {
        self.answer(status, description, None)
    }

    /// An answer of status 301 to another address.
    pub(crate) fn moves(mut self, description: &str) -> Self {
        let location = Header::new(Object::with_type(Type::String));
        let response = ResponseBuilder::new()
            .description(description)
            .header("Location", location);
        self.answers.insert(301, response.build());
        self
    }

    /// The answer of that status tells the version in its ETag. It is never answered with 304: it may show something else though
    /// the version is the same.
    pub(crate) fn tagged(mut self, status: u16) -> Self {
        let mut tag = Header::new(Object::with_type(Type::String));
        tag.description = Some("The version, to be sent back in If-Match.".to_owned());
        if let Some(response) = self.answers.get_mut(&status) {
            response.headers.insert("ETag".to_owned(), RefOr::T(tag));
        }
        self.never_kept()
    }

    /// Its answers are never answered with 304, such as those that are for one time only.
    pub(crate) fn never_kept(mut self) -> Self {
        self.answers.remove(&304);
        self
    }

    fn answer(mut self, status: u16, description: &str, schema: Option<RefOr<Schema>>) -> Self {
        let mut response = ResponseBuilder::new().description(description);
        if let Some(schema) = schema {
            response = response.content("application/json", Content::new(Some(schema)));
        }
        self.answers.insert(status, response.build());
        self
    }

    /// Problems it may answer with, besides the usual ones.
    pub(crate) fn problems(mut self, statuses: &[u16]) -> Self {
        for status in statuses {
            self.problems.entry(*status).or_insert("");
        }
        self
    }

    /// A problem with what its codes and members mean here.
    pub(crate) fn problem(mut self, status: u16, description: &'static str) -> Self {
        self.problems.insert(status, description);
        self
    }

    /// Its part of the document.
    pub(crate) fn operation(&self) -> Operation {
        let mut operation = OperationBuilder::new()
            .operation_id(Some(self.name))
            .tag(self.tag)
            .summary(Some(self.summary))
            .description(Some(self.description))
            .parameters(Some(self.parameters.clone()))
            .request_body(self.body.clone());
        for (status, response) in &self.answers {
            operation = operation.response(status.to_string(), response.clone());
        }
        for (status, description) in &self.problems {
            operation = operation.response(status.to_string(), self.problem_response(*status, description));
        }
        if self.for_customers {
            operation = operation
                .security(SecurityRequirement::new("access_token", Vec::<String>::new()))
                .security(SecurityRequirement::new("customer_session", Vec::<String>::new()));
        }
        if self.permission.is_some() {
            operation = operation
                .security(SecurityRequirement::new("api_key", Vec::<String>::new()))
                .security(SecurityRequirement::new("access_token", Vec::<String>::new()))
                .security(SecurityRequirement::new("staff_session", Vec::<String>::new()));
        }
        operation.build()
    }
}
