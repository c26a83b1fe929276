//! Price lists: the list, making one, changing one, taking one away.

use std::collections::BTreeMap;

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect},
};
use catalog::{PriceList, PriceListError, PriceListSort, PriceListState, UpdatePriceList};
use customers::GroupName;
use kernel::{PriceListId, Time};
use serde::{Deserialize, Serialize};
use web::{Answer, Form, Path, Problem, Query, Staff, Visitor, can};

use super::{form::PriceListForm, problem};
use crate::{
    coupons::percent_text,
    customer_groups,
    forms::{Choice, Difference, Errors, choices, differences, read_version},
    lists::{self, Rows},
    sorting::{self, Column, Header},
};

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct PriceListsQuery {
    state: String,
    sort: String,
    cursor: String,
}

const COLUMNS: [Column; 3] = [
    Column {
        name: "name",
        first: "name",
        second: Some("name_backwards"),
        first_is_ascending: true,
    },
    Column {
        name: "priority",
        first: "priority",
        second: Some("priority_backwards"),
        first_is_ascending: false,
    },
    Column {
        name: "made",
        first: "newest",
        second: Some("oldest"),
        first_is_ascending: false,
    },
];

#[derive(Serialize)]
struct PriceListsView {
    lists: Rows<PriceListRow>,
    query: PriceListsQuery,
    states: Vec<Choice>,
    headers: BTreeMap<&'static str, Header>,
    /// Whether there is a group that a list could be for.
    has_groups: bool,
}

#[derive(Serialize)]
struct PriceListRow {
    id: String,
    name: String,
    state: &'static str,
    groups: Vec<String>,
    countries: Vec<String>,
    percent_off: Option<String>,
    prices: i64,
    priority: i32,
    ends_at: Option<String>,
    made_at: String,
}

impl PriceListRow {
    fn new(list: PriceList, groups: &[GroupName], now: Time) -> Self {
        let terms = list.terms;
        let names = groups.iter().filter(|group| terms.groups.contains(&group.id));
        Self {
            id: list.id.to_string(),
            state: terms.state_at(now).as_str(),
            groups: names.map(|group| group.name.clone()).collect(),
            countries: terms.countries.iter().map(ToString::to_string).collect(),
            percent_off: terms.percent_off.map(percent_text),
            prices: list.price_count,
            priority: terms.priority,
            ends_at: terms.ends_at.map(|end| end.to_rfc3339()),
            made_at: list.created_at.to_rfc3339(),
            name: terms.name,
        }
    }
}

#[derive(Serialize)]
struct PriceListView {
    /// `None` for a new list.
    id: Option<String>,
    prices: i64,
    form: PriceListForm,
    groups: Vec<GroupChoice>,
    errors: Errors,
    conflict: Vec<Difference>,
}

#[derive(Serialize)]
struct GroupChoice {
    id: String,
    name: String,
    chosen: bool,
}

#[derive(Serialize)]
struct DeleteView {
    id: String,
    name: String,
    prices: i64,
    version: i64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct DeleteForm {
    version: String,
}

pub(crate) async fn list(staff: Staff<can::WriteCoupons>, Query(query): Query<PriceListsQuery>) -> Answer {
    let sort = sorting::read(&query.sort, PriceListSort::parse)?;
    let state = PriceListState::parse(&query.state);
    let mut ctx = staff.work.read();
    let page = catalog::list_price_lists(&mut ctx, state, sort, &lists::request(&query.cursor)).await;
    let page = page.map_err(problem)?;
    let groups = customers::list_group_names(&mut ctx)
        .await
        .map_err(customer_groups::problem)?;
    let now = ctx.now();
    ctx.rollback().await;
    let kept = state
        .map(|state| format!("state={}", state.as_str()))
        .unwrap_or_default();
    let states = PriceListState::ALL.map(PriceListState::as_str);
    let view = PriceListsView {
        lists: Rows::new(page, &query.cursor, |list| PriceListRow::new(list, &groups, now)),
        headers: sorting::headers("/admin/price-lists", &kept, sort.as_str(), &COLUMNS),
        states: choices(&staff, "admin-price-list-state", states),
        has_groups: !groups.is_empty(),
        query,
    };
    staff.page("admin/price_lists/list.html", &view)
}

pub(crate) async fn show_new(staff: Staff<can::WriteCoupons>) -> Answer {
    let said = (Errors::default(), Vec::new());
    render(&staff, StatusCode::OK, None, PriceListForm::empty(), said).await
}

pub(crate) async fn show(staff: Staff<can::WriteCoupons>, Path(id): Path<PriceListId>) -> Answer {
    let list = find(&staff, id).await?;
    let form = PriceListForm::of(&list.terms, list.version, staff.store().time_zone);
    let said = (Errors::default(), Vec::new());
    render(&staff, StatusCode::OK, Some(&list), form, said).await
}

pub(super) async fn find(visitor: &Visitor, id: PriceListId) -> Result<PriceList, Problem> {
    let mut ctx = visitor.work.read();
    let found = catalog::find_price_list(&mut ctx, id).await.map_err(problem)?;
    ctx.rollback().await;
    found.ok_or_else(Problem::not_found)
}

async fn render(
    visitor: &Visitor,
    status: StatusCode,
    list: Option<&PriceList>,
    form: PriceListForm,
    (errors, conflict): (Errors, Vec<Difference>),
) -> Answer {
    let mut ctx = visitor.work.read();
    let groups = customers::list_group_names(&mut ctx)
        .await
        .map_err(customer_groups::problem)?;
    ctx.rollback().await;
    let choice = |group: GroupName| {
        let id = group.id.to_string();
        GroupChoice {
            chosen: form.group.contains(&id),
            id,
            name: group.name,
        }
    };
    let view = PriceListView {
        id: list.map(|list| list.id.to_string()),
        prices: list.map(|list| list.price_count).unwrap_or_default(),
        groups: groups.into_iter().map(choice).collect(),
        form,
        errors,
        conflict,
    };
    visitor.page_with_status(status, "admin/price_lists/price_list.html", &view)
}

pub(crate) async fn create(staff: Staff<can::WriteCoupons>, Form(form): Form<PriceListForm>) -> Answer {
    let mut ctx = staff.work.write();
    let errors = match form.terms(None, staff.store().time_zone) {
        Err(invalid) => Errors::of(&staff, invalid),
        Ok(terms) => match catalog::create_price_list(&mut ctx, terms).await {
            Ok(list) => {
                ctx.commit().await?;
                staff.flash("admin-flash-saved");
                return Ok(Redirect::to(&format!("/admin/price-lists/{}/prices", list.id)).into_response());
            }
            Err(error) => refusal(&staff, error)?,
        },
    };
    ctx.rollback().await;
    let said = (errors, Vec::new());
    render(&staff, StatusCode::UNPROCESSABLE_ENTITY, None, form, said).await
}

/// What the form says of it.
fn refusal(visitor: &Visitor, error: PriceListError) -> Result<Errors, Problem> {
    match error {
        PriceListError::Invalid(invalid) => Ok(Errors::of(visitor, invalid)),
        PriceListError::NameTaken => Ok(Errors::one(visitor, "name", "name_taken", "is taken")),
        error @ (PriceListError::Forbidden(_)
        | PriceListError::NotFound
        | PriceListError::VersionConflict { .. }
        | PriceListError::Internal(_)) => Err(problem(error)),
    }
}

pub(crate) async fn update(
    staff: Staff<can::WriteCoupons>,
    Path(id): Path<PriceListId>,
    Form(form): Form<PriceListForm>,
) -> Answer {
    let list = find(&staff, id).await?;
    let mut ctx = staff.work.write();
    let errors = match form.terms(Some(&list.terms), staff.store().time_zone) {
        Err(invalid) => Errors::of(&staff, invalid),
        Ok(terms) => {
            let change = UpdatePriceList {
                id,
                expected_version: Some(read_version(&form.version)),
                terms,
            };
            match catalog::update_price_list(&mut ctx, change).await {
                Ok(_list) => {
                    ctx.commit().await?;
                    staff.flash("admin-flash-saved");
                    return Ok(Redirect::to("/admin/price-lists").into_response());
                }
                Err(PriceListError::VersionConflict { .. }) => {
                    ctx.rollback().await;
                    return conflict(&staff, id, form).await;
                }
                Err(error) => refusal(&staff, error)?,
            }
        }
    };
    ctx.rollback().await;
    let said = (errors, Vec::new());
    render(&staff, StatusCode::UNPROCESSABLE_ENTITY, Some(&list), form, said).await
}

/// Shows both versions. Saving once more keeps what was typed.
async fn conflict(visitor: &Visitor, id: PriceListId, mut form: PriceListForm) -> Answer {
    let list = find(visitor, id).await?;
    let saved = PriceListForm::of(&list.terms, list.version, visitor.store().time_zone);
    let mut conflict = differences(&saved, &form);
    conflict.extend(difference_of_groups(visitor, &saved.group, &form.group).await?);
    form.version = saved.version;
    let errors = Errors::one(visitor, "form", "version_conflict", "was changed in the meantime");
    render(visitor, StatusCode::CONFLICT, Some(&list), form, (errors, conflict)).await
}

/// The groups by their names, where others are ticked; the forms hold their ids.
async fn difference_of_groups(
    visitor: &Visitor,
    saved: &[String],
    typed: &[String],
) -> Result<Option<Difference>, Problem> {
    let mut ctx = visitor.work.read();
    let groups = customers::list_group_names(&mut ctx)
        .await
        .map_err(customer_groups::problem)?;
    ctx.rollback().await;
    let names = |ids: &[String]| {
        let ticked = groups.iter().filter(|group| ids.contains(&group.id.to_string()));
        ticked.map(|group| group.name.as_str()).collect::<Vec<_>>().join(", ")
    };
    let (saved, typed) = (names(saved), names(typed));
    let label = visitor.translate("admin-customer-groups", &[]);
    Ok((saved != typed).then(|| Difference::named(&label, saved, typed)))
}

pub(crate) async fn ask(staff: Staff<can::WriteCoupons>, Path(id): Path<PriceListId>) -> Answer {
    let list = find(&staff, id).await?;
    let view = DeleteView {
        id: list.id.to_string(),
        name: list.terms.name,
        prices: list.price_count,
        version: list.version,
    };
    staff.page("admin/price_lists/delete.html", &view)
}

pub(crate) async fn delete(
    staff: Staff<can::WriteCoupons>,
    Path(id): Path<PriceListId>,
    Form(form): Form<DeleteForm>,
) -> Answer {
    let mut ctx = staff.work.write();
    let version = read_version(&form.version);
    catalog::delete_price_list(&mut ctx, id, Some(version))
        .await
        .map_err(problem)?;
    ctx.commit().await?;
    staff.flash("admin-flash-deleted");
    Ok(Redirect::to("/admin/price-lists").into_response())
}
