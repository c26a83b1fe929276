//! `/admin/customer-groups`: list, get, create, change, delete; and `PUT /admin/customers/{id}/groups`.

use axum::{
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse as _,
};
use catalog::ListName;
use chrono::{DateTime, Utc};
use customers::{Group, GroupError, GroupTerms};
use kernel::{CustomerGroupId, CustomerId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, Api, Idempotent, IfMatch, Path, Problem, Query, can};

use super::{price_list_body::on_the_wire, require_version, tagged};
use crate::{
    endpoint::Endpoint,
    wire::{PageQuery, Paging, ids, present},
};

const TAG: &str = "Admin: customers";

/// A group of customers, for price lists to be for.
#[derive(Serialize, ToSchema)]
struct CustomerGroup {
    #[schema(value_type = ids::CustomerGroupId)]
    id: CustomerGroupId,
    name: String,
    /// What staff note about it.
    note: String,
    /// How many customers are in it.
    member_count: i64,
    /// Raised by every change; also in the ETag.
    version: i64,
    created_at: DateTime<Utc>,
}

impl From<Group> for CustomerGroup {
    fn from(group: Group) -> Self {
        Self {
            id: group.id,
            name: group.name,
            note: group.note,
            member_count: group.member_count,
            version: group.version,
            created_at: group.created_at,
        }
    }
}

/// A group to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateCustomerGroup {
    /// Another than that of any other group, in whatever case.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    #[serde(default)]
    #[schema(max_length = 2000)]
    note: String,
}

/// What to change; a field that is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UpdateCustomerGroup {
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 100)]
    name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, max_length = 2000)]
    note: Option<String>,
}

/// The groups that a customer is in from now on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct GroupsOfCustomer {
    #[schema(value_type = Vec<ids::CustomerGroupId>, max_items = 20)]
    group_ids: Vec<CustomerGroupId>,
}

pub(crate) fn endpoints() -> Vec<Endpoint> {
    vec![
        list_endpoint(),
        get_endpoint(),
        create_endpoint(),
        patch_endpoint(),
        delete_endpoint(),
        assign_endpoint(),
    ]
}

fn problem(error: GroupError) -> Problem {
    match error {
        GroupError::Forbidden(error) => error.into(),
        GroupError::NotFound => Problem::not_found(),
        GroupError::VersionConflict { current } => Problem::version_conflict().with("version", &current),
        GroupError::NameTaken => Problem::conflict("name_taken", "Another group has the name."),
        GroupError::InUse => Problem::conflict("group_in_use", "A price list is for the group."),
        GroupError::Invalid(invalid) => on_the_wire(invalid).into(),
        GroupError::Internal(error) => error.into(),
    }
}

/// Why a group is not deleted, with the lists that keep it.
fn refusal(error: GroupError, lists: &[ListName]) -> Problem {
    if !matches!(error, GroupError::InUse) || lists.is_empty() {
        return problem(error);
    }
    let names: Vec<&str> = lists.iter().map(|list| list.name.as_str()).collect();
    let detail = format!("Price lists are for the group: {}.", names.join(", "));
    Problem::conflict("group_in_use", detail)
}

fn list_endpoint() -> Endpoint {
    Endpoint::get("list_customer_groups", "/admin/customer-groups", list)
        .says(TAG, "List the groups of customers", "Groups, by name.")
        .guarded::<can::WriteCoupons>()
        .query::<PageQuery>()
        .lists::<CustomerGroup>("A page of groups.")
}

async fn list(api: Api<can::WriteCoupons>, paging: Paging, Query(query): Query<PageQuery>) -> Answer {
    let page = paging.request(query.limit, query.cursor)?;
    let mut ctx = api.work.read();
    let groups = customers::page_groups(&mut ctx, &page).await.map_err(problem)?;
    Ok(paging.list(groups.map(CustomerGroup::from)).into_response())
}

fn get_endpoint() -> Endpoint {
    Endpoint::get("get_customer_group", "/admin/customer-groups/{id}", get)
        .says(
            TAG,
            "Get a group of customers",
            "A group, and how many customers are in it.",
        )
        .guarded::<can::WriteCoupons>()
        .path_id::<ids::CustomerGroupId>("id", "The group.")
        .answers::<CustomerGroup>(200, "The group.")
        .tagged(200)
}

async fn get(api: Api<can::WriteCoupons>, Path(id): Path<CustomerGroupId>) -> Answer {
    let mut ctx = api.work.read();
    let group = customers::find_group(&mut ctx, id).await.map_err(problem)?;
    let group = group.ok_or_else(Problem::not_found)?;
    Ok(tagged(StatusCode::OK, group.version, CustomerGroup::from(group)))
}

fn create_endpoint() -> Endpoint {
    Endpoint::post("create_customer_group", "/admin/customer-groups", create)
        .says(TAG, "Create a group of customers", "Makes a group with nobody in it.")
        .guarded::<can::WriteCoupons>()
        .idempotent()
        .body::<CreateCustomerGroup>()
        .answers::<CustomerGroup>(201, "The group.")
        .tagged(201)
        .problem(
            409,
            "`name_taken`: another group has the name; or `idempotency_key_in_flight`.",
        )
}

async fn create(api: Api<can::WriteCoupons>, Idempotent { body, request }: Idempotent<CreateCustomerGroup>) -> Answer {
    let terms = GroupTerms {
        name: body.name,
        note: body.note,
    };
    web::write_idempotently(&api.work, &request, async |ctx| {
        let group = customers::create_group(ctx, terms.clone()).await.map_err(problem)?;
        let location = [(header::LOCATION, format!("/api/v1/admin/customer-groups/{}", group.id))];
        let answer = tagged(StatusCode::CREATED, group.version, CustomerGroup::from(group));
        Ok((location, answer).into_response())
    })
    .await
}

fn patch_endpoint() -> Endpoint {
    Endpoint::patch("update_customer_group", "/admin/customer-groups/{id}", patch)
        .says(
            TAG,
            "Change a group of customers",
            "Gives it another name or note; who is in it stays.",
        )
        .guarded::<can::WriteCoupons>()
        .path_id::<ids::CustomerGroupId>("id", "The group.")
        .idempotent()
        .if_match(true)
        .body::<UpdateCustomerGroup>()
        .answers::<CustomerGroup>(200, "The group.")
        .tagged(200)
        .problem(
            409,
            "`name_taken`: another group has the name; or `idempotency_key_in_flight`.",
        )
}

async fn patch(
    api: Api<can::WriteCoupons>,
    Path(id): Path<CustomerGroupId>,
    version: Result<IfMatch, Problem>,
    headers: HeaderMap,
    Idempotent { body, request }: Idempotent<UpdateCustomerGroup>,
) -> Answer {
    let expected = require_version(version, &headers)?;
    web::write_idempotently(&api.work, &request, async |ctx| {
        let before = customers::find_group(ctx, id).await.map_err(problem)?;
        let before = before.ok_or_else(Problem::not_found)?;
        let change = customers::UpdateGroup {
            id,
            expected_version: expected.or(Some(before.version)),
            terms: GroupTerms {
                name: body.name.clone().unwrap_or(before.name),
                note: body.note.clone().unwrap_or(before.note),
            },
        };
        let group = customers::update_group(ctx, change).await.map_err(problem)?;
        Ok(tagged(StatusCode::OK, group.version, CustomerGroup::from(group)))
    })
    .await
}

fn delete_endpoint() -> Endpoint {
    Endpoint::delete("delete_customer_group", "/admin/customer-groups/{id}", delete)
        .says(
            TAG,
            "Delete a group of customers",
            "Takes a group away; its customers stay.",
        )
        .guarded::<can::WriteCoupons>()
        .path_id::<ids::CustomerGroupId>("id", "The group.")
        .idempotent()
        .if_match(false)
        .answers_nothing(204, "It is gone.")
        .problem(
            409,
            "`group_in_use`: price lists are for the group, which `detail` names; or `idempotency_key_in_flight`.",
        )
}

async fn delete(
    api: Api<can::WriteCoupons>,
    Path(id): Path<CustomerGroupId>,
    version: Result<IfMatch, Problem>,
    Idempotent { body: (), request }: Idempotent<()>,
) -> Answer {
    let IfMatch(version) = version?;
    web::write_idempotently(&api.work, &request, async |ctx| {
        // Read before: nothing can be read after a statement was refused.
        let lists = catalog::price_lists_of_group(ctx, id).await?;
        let deleted = customers::delete_group(ctx, id, version).await;
        deleted.map_err(|error| refusal(error, &lists))?;
        Ok(StatusCode::NO_CONTENT.into_response())
    })
    .await
}

fn assign_endpoint() -> Endpoint {
    Endpoint::put("set_customer_groups", "/admin/customers/{id}/groups", assign)
        .says(
            TAG,
            "Set the groups of a customer",
            "The customer is in exactly these groups from now on, and pays by their price lists.",
        )
        .guarded::<can::WriteCoupons>()
        .path_id::<ids::CustomerId>("id", "The customer.")
        .idempotent()
        .body::<GroupsOfCustomer>()
        .answers_nothing(204, "The customer is in these groups.")
}

async fn assign(
    api: Api<can::WriteCoupons>,
    Path(id): Path<CustomerId>,
    Idempotent { body, request }: Idempotent<GroupsOfCustomer>,
) -> Answer {
    web::write_idempotently(&api.work, &request, async |ctx| {
        customers::set_groups(ctx, id, &body.group_ids).await.map_err(problem)?;
        Ok(StatusCode::NO_CONTENT.into_response())
    })
    .await
}
