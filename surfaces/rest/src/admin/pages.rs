//! `/admin/pages`: list, get, write, change, delete.

use axum::{
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse as _,
};
use content::PageError;
use kernel::PageId;
use web::{Answer, Api, Idempotent, IfMatch, Path, Problem, Query, can};

use super::{
    page_body::{AdminPage, AdminPageSummary, CreatePage, UpdatePage},
    require_version, tagged,
};
use crate::{
    endpoint::Endpoint,
    shop,
    wire::{PageQuery, Paging, ids},
};

const TAG: &str = "Admin: content";
const SLUG_TAKEN: &str = "`slug_taken`: another page has the slug; or `idempotency_key_in_flight`.";

/// Every endpoint of pages.
pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("list_admin_pages", "/admin/pages", list)
            .says(TAG, "List pages", "Pages, drafts too, by slug.")
            .guarded::<can::WriteContent>()
            .query::<PageQuery>()
            .lists::<AdminPageSummary>("A page of the list."),
        Endpoint::get("get_admin_page", "/admin/pages/{id}", get)
            .says(TAG, "Get a page", "A page with its texts in every language.")
            .guarded::<can::WriteContent>()
            .path_id::<ids::PageId>("id", "The page.")
            .answers::<AdminPage>(200, "The page.")
            .tagged(200),
        Endpoint::post("create_page", "/admin/pages", create)
            .says(TAG, "Write a page", "Makes a page.")
            .guarded::<can::WriteContent>()
            .idempotent()
            .body::<CreatePage>()
            .answers::<AdminPage>(201, "The page.")
            .tagged(201)
            .problem(409, SLUG_TAKEN),
        Endpoint::patch("update_page", "/admin/pages/{id}", patch)
            .says(TAG, "Change a page", "Changes the given fields.")
            .guarded::<can::WriteContent>()
            .path_id::<ids::PageId>("id", "The page.")
            .idempotent()
            .if_match(true)
            .body::<UpdatePage>()
            .answers::<AdminPage>(200, "The page.")
            .tagged(200)
            .problem(409, SLUG_TAKEN),
        Endpoint::delete("delete_page", "/admin/pages/{id}", delete)
            .says(TAG, "Delete a page", "Takes a page away; menus no longer lead there.")
            .guarded::<can::WriteContent>()
            .path_id::<ids::PageId>("id", "The page.")
            .idempotent()
            .if_match(false)
            .answers_nothing(204, "It is gone."),
    ]
}

async fn list(api: Api<can::WriteContent>, paging: Paging, Query(query): Query<PageQuery>) -> Answer {
    let page = paging.request(query.limit, query.cursor)?;
    let pages = content::page_pages(&mut api.work.read(), &page)
        .await
        .map_err(shop::pages_problem)?;
    Ok(paging.list(pages.map(AdminPageSummary::from)).into_response())
}

async fn get(api: Api<can::WriteContent>, Path(id): Path<PageId>) -> Answer {
    let found = content::find_page_by_id(&mut api.work.read(), id).await;
    let page = found.map_err(problem)?.ok_or_else(Problem::not_found)?;
    Ok(tagged(StatusCode::OK, page.version, AdminPage::from(page)))
}

async fn create(api: Api<can::WriteContent>, Idempotent { body, request }: Idempotent<CreatePage>) -> Answer {
    let new = body.parse()?;
    web::write_idempotently(&api.work, &request, async |ctx| {
        let page = content::create_page(ctx, new).await.map_err(problem)?;
        let location = [(header::LOCATION, format!("/api/v1/admin/pages/{}", page.id))];
        let answer = tagged(StatusCode::CREATED, page.version, AdminPage::from(page));
        Ok((location, answer).into_response())
    })
    .await
}

async fn patch(
    api: Api<can::WriteContent>,
    Path(id): Path<PageId>,
    version: Result<IfMatch, Problem>,
    headers: HeaderMap,
    Idempotent { body, request }: Idempotent<UpdatePage>,
) -> Answer {
    let changes = body.parse()?;
    let update = content::UpdatePage {
        id,
        expected_version: require_version(version, &headers)?,
        changes,
    };
    web::write_idempotently(&api.work, &request, async |ctx| {
        let page = content::update_page(ctx, update).await.map_err(problem)?;
        Ok(tagged(StatusCode::OK, page.version, AdminPage::from(page)))
    })
    .await
}

async fn delete(
    api: Api<can::WriteContent>,
    Path(id): Path<PageId>,
    version: Result<IfMatch, Problem>,
    Idempotent { body: (), request }: Idempotent<()>,
) -> Answer {
    let IfMatch(version) = version?;
    web::write_idempotently(&api.work, &request, async |ctx| {
        content::delete_page(ctx, id, version).await.map_err(problem)?;
        Ok(StatusCode::NO_CONTENT.into_response())
    })
    .await
}

fn problem(error: PageError) -> Problem {
    match error {
        PageError::Forbidden(error) => error.into(),
        PageError::NotFound => Problem::not_found(),
        PageError::VersionConflict { current } => Problem::version_conflict().with("version", &current),
        PageError::SlugTaken => Problem::conflict("slug_taken", "Another page has the slug."),
        PageError::Invalid(invalid) => invalid.into(),
        PageError::Internal(error) => error.into(),
    }
}
