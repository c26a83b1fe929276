//! Problem documents as the document describes them; `web::Problem` writes them.

use utoipa::ToSchema;

/// Why a request was not done (RFC 9457). Some problems have members of their own, such as `shortages`.
#[derive(ToSchema)]
#[schema(as = Problem)]
#[expect(dead_code, reason = "only the schema is used")]
pub(crate) struct ProblemDocument {
    /// Names the kind of problem: `/problems/` and the code.
    r#type: String,
    /// The code in words.
    title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// A sentence about this case.
    detail: String,
    /// The path and the request's id.
    instance: Option<String>,
    /// The stable code, such as `out_of_stock`.
    #[schema(pattern = "^[a-z0-9_]+$")]
    code: String,
    /// What is wrong with which field.
    #[schema(required = false)]
    errors: Vec<ProblemField>,
}

/// What is wrong with one field.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only the schema is used")]
pub(crate) struct ProblemField {
    /// The field's path, such as `lines.0.quantity`.
    field: String,
    /// A stable code, such as `required`.
    code: String,
    /// A sentence without the field's name.
    message: String,
}
