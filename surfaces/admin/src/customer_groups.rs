//! Groups of customers: the list, making one, giving it another name, taking it away; and which of them a customer is in.

use axum::{
    Router,
    http::StatusCode,
    response::{IntoResponse as _, Redirect},
    routing::{get, post},
};
use catalog::ListName;
use customers::{Group, GroupError, GroupTerms, UpdateGroup};
use kernel::{CustomerGroupId, CustomerId, FieldError, Invalid, Permission};
use serde::{Deserialize, Serialize};
use web::{Answer, Form, Path, Problem, Staff, Visitor, can};

use crate::{
    Desk,
    customers::page,
    forms::{Difference, Errors, differences, read_version},
};

/// The routes of this room.
#[rustfmt::skip]
pub(crate) fn routes() -> Router<Desk> {
    Router::new()
        .route("/admin/customer-groups", get(list).post(create))
        .route("/admin/customer-groups/{id}", get(show).post(update))
        .route("/admin/customer-groups/{id}/delete", get(ask).post(delete))
        .route("/admin/customers/{id}/groups", post(assign))
}

/// A group as it is typed.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
struct GroupForm {
    name: String,
    note: String,
    version: String,
}

impl From<&Group> for GroupForm {
    fn from(group: &Group) -> Self {
        Self {
            name: group.name.clone(),
            note: group.note.clone(),
            version: group.version.to_string(),
        }
    }
}

impl GroupForm {
    fn terms(&self) -> GroupTerms {
        GroupTerms {
            name: self.name.clone(),
            note: self.note.clone(),
        }
    }
}

#[derive(Serialize)]
struct GroupsView {
    groups: Vec<GroupRow>,
    form: GroupForm,
    errors: Errors,
}

#[derive(Serialize)]
struct GroupRow {
    id: String,
    name: String,
    note: String,
    members: i64,
}

impl From<Group> for GroupRow {
    fn from(group: Group) -> Self {
        Self {
            id: group.id.to_string(),
            name: group.name,
            note: group.note,
            members: group.member_count,
        }
    }
}

#[derive(Serialize)]
struct GroupView {
    id: String,
    name: String,
    members: i64,
    price_lists: Vec<ListView>,
    form: GroupForm,
    errors: Errors,
    conflict: Vec<Difference>,
}

/// A price list that is for the group.
#[derive(Serialize)]
struct ListView {
    id: String,
    name: String,
}

impl From<ListName> for ListView {
    fn from(list: ListName) -> Self {
        Self {
            id: list.id.to_string(),
            name: list.name,
        }
    }
}

/// What no form can mend.
pub(crate) fn problem(error: GroupError) -> Problem {
    match error {
        GroupError::Forbidden(error) => error.into(),
        GroupError::NotFound => Problem::not_found(),
        GroupError::VersionConflict { .. } => Problem::version_conflict(),
        GroupError::NameTaken => Problem::conflict("name_taken", error.to_string()),
        GroupError::InUse => Problem::conflict("group_in_use", error.to_string()),
        GroupError::Invalid(invalid) => invalid.into(),
        GroupError::Internal(error) => error.into(),
    }
}

async fn list(staff: Staff<can::WriteCoupons>) -> Answer {
    render_list(&staff, StatusCode::OK, GroupForm::default(), Errors::default()).await
}

async fn render_list(visitor: &Visitor, status: StatusCode, form: GroupForm, errors: Errors) -> Answer {
    let mut ctx = visitor.work.read();
    let groups = customers::list_groups(&mut ctx).await.map_err(problem)?;
    ctx.rollback().await;
    let view = GroupsView {
        groups: groups.into_iter().map(GroupRow::from).collect(),
        form,
        errors,
    };
    visitor.page_with_status(status, "admin/customer_groups/list.html", &view)
}

/// What the form says of it.
fn refusal(visitor: &Visitor, error: GroupError) -> Result<Errors, Problem> {
    match error {
        GroupError::Invalid(invalid) => Ok(Errors::of(visitor, invalid)),
        GroupError::NameTaken => Ok(Errors::one(visitor, "name", "name_taken", "is taken")),
        error @ (GroupError::Forbidden(_)
        | GroupError::NotFound
        | GroupError::VersionConflict { .. }
        | GroupError::InUse
        | GroupError::Internal(_)) => Err(problem(error)),
    }
}

async fn create(staff: Staff<can::WriteCoupons>, Form(form): Form<GroupForm>) -> Answer {
    let mut ctx = staff.work.write();
    let errors = match customers::create_group(&mut ctx, form.terms()).await {
        Ok(_group) => {
            ctx.commit().await?;
            staff.flash("admin-flash-saved");
            return Ok(Redirect::to("/admin/customer-groups").into_response());
        }
        Err(error) => refusal(&staff, error)?,
    };
    ctx.rollback().await;
    render_list(&staff, StatusCode::UNPROCESSABLE_ENTITY, form, errors).await
}

async fn show(staff: Staff<can::WriteCoupons>, Path(id): Path<CustomerGroupId>) -> Answer {
    let (group, lists) = find(&staff, id).await?;
    let form = GroupForm::from(&group);
    let said = (Errors::default(), Vec::new());
    render(&staff, (StatusCode::OK, "group"), (group, lists), form, said)
}

async fn find(visitor: &Visitor, id: CustomerGroupId) -> Result<(Group, Vec<ListName>), Problem> {
    let mut ctx = visitor.work.read();
    let group = customers::find_group(&mut ctx, id).await.map_err(problem)?;
    let lists = catalog::price_lists_of_group(&mut ctx, id).await?;
    ctx.rollback().await;
    Ok((group.ok_or_else(Problem::not_found)?, lists))
}

fn render(
    visitor: &Visitor,
    (status, page): (StatusCode, &str),
    (group, lists): (Group, Vec<ListName>),
    form: GroupForm,
    (errors, conflict): (Errors, Vec<Difference>),
) -> Answer {
    let view = GroupView {
        id: group.id.to_string(),
        name: group.name,
        members: group.member_count,
        price_lists: lists.into_iter().map(ListView::from).collect(),
        form,
        errors,
        conflict,
    };
    visitor.page_with_status(status, &format!("admin/customer_groups/{page}.html"), &view)
}

async fn update(
    staff: Staff<can::WriteCoupons>,
    Path(id): Path<CustomerGroupId>,
    Form(form): Form<GroupForm>,
) -> Answer {
    let mut ctx = staff.work.write();
    let change = UpdateGroup {
        id,
        expected_version: Some(read_version(&form.version)),
        terms: form.terms(),
    };
    let error = match customers::update_group(&mut ctx, change).await {
        Ok(_group) => {
            ctx.commit().await?;
            staff.flash("admin-flash-saved");
            return Ok(Redirect::to("/admin/customer-groups").into_response());
        }
        Err(error) => error,
    };
    ctx.rollback().await;
    let found = find(&staff, id).await?;
    if let GroupError::VersionConflict { .. } = error {
        let saved = GroupForm::from(&found.0);
        let conflict = differences(&saved, &form);
        let form = GroupForm {
            version: saved.version,
            ..form
        };
        let errors = Errors::one(&staff, "form", "version_conflict", "was changed in the meantime");
        return render(&staff, (StatusCode::CONFLICT, "group"), found, form, (errors, conflict));
    }
    let errors = refusal(&staff, error)?;
    let said = (errors, Vec::new());
    render(&staff, (StatusCode::UNPROCESSABLE_ENTITY, "group"), found, form, said)
}

async fn ask(staff: Staff<can::WriteCoupons>, Path(id): Path<CustomerGroupId>) -> Answer {
    let (group, lists) = find(&staff, id).await?;
    let form = GroupForm::from(&group);
    let said = (Errors::default(), Vec::new());
    render(&staff, (StatusCode::OK, "delete"), (group, lists), form, said)
}

async fn delete(
    staff: Staff<can::WriteCoupons>,
    Path(id): Path<CustomerGroupId>,
    Form(form): Form<GroupForm>,
) -> Answer {
    let mut ctx = staff.work.write();
    match customers::delete_group(&mut ctx, id, Some(read_version(&form.version))).await {
        Ok(()) => {
            ctx.commit().await?;
            staff.flash("admin-flash-deleted");
            Ok(Redirect::to("/admin/customer-groups").into_response())
        }
        // The page says which lists keep it.
        Err(GroupError::InUse) => {
            ctx.rollback().await;
            let (group, lists) = find(&staff, id).await?;
            let said = (Errors::default(), Vec::new());
            render(&staff, (StatusCode::CONFLICT, "delete"), (group, lists), form, said)
        }
        Err(error) => Err(problem(error)),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct AssignForm {
    group: Vec<String>,
    /// Those that were ticked when the page was shown.
    was: Vec<String>,
}

impl AssignForm {
    /// Whether a group is ticked where the page is shown again: as it was left, and else whether the customer is in it now.
    pub(crate) fn is_ticked(&self, id: &str, is_in: bool) -> bool {
        let has = |some: &[String]| some.iter().any(|one| one == id);
        match (has(&self.group), has(&self.was)) {
            (true, false) => true,
            (false, true) => false,
            (true, true) | (false, false) => is_in,
        }
    }

    /// What was ticked and what was unticked.
    fn changes(&self) -> Result<(Vec<CustomerGroupId>, Vec<CustomerGroupId>), Invalid> {
        let read = |some: &[String], without: &[String]| {
            let changed = some.iter().filter(|id| !without.contains(id));
            let ids = changed.map(|id| id.parse::<CustomerGroupId>());
            let ids: Result<Vec<_>, _> = ids.collect();
            ids.map_err(|error| Invalid::from(FieldError::new("groups", "invalid_id", error.to_string())))
        };
        Ok((read(&self.group, &self.was)?, read(&self.was, &self.group)?))
    }
}

/// What changed among the ticks on the page of a customer. What somebody else ticked meanwhile stays.
async fn assign(staff: Staff<can::WriteCoupons>, Path(id): Path<CustomerId>, Form(form): Form<AssignForm>) -> Answer {
    let mut ctx = staff.work.write();
    let changed = match form.changes() {
        Ok((join, leave)) => customers::change_groups(&mut ctx, id, &join, &leave).await,
        Err(invalid) => Err(invalid.into()),
    };
    match changed {
        Ok(()) => {
            ctx.commit().await?;
            staff.flash("admin-flash-saved");
            Ok(Redirect::to(&format!("/admin/customers/{id}")).into_response())
        }
        // Who may not see the page has sent no form of it.
        Err(GroupError::Invalid(invalid)) if ctx.require(Permission::ReadOrders).is_ok() => {
            ctx.rollback().await;
            let errors = Errors::of(&staff, invalid);
            page::render(&staff, StatusCode::UNPROCESSABLE_ENTITY, id, &form, errors).await
        }
        Err(error) => Err(problem(error)),
    }
}
