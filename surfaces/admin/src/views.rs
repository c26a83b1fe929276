//! Lists as members of staff keep them: tabs above a list, and the pages where they are named. Each of the three lists has the
//! same routes in its own room, so that whoever may not see a list finds none of its views.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect},
};
use database::Ctx;
use serde::{Deserialize, Serialize};
use views::{DeskList, NewView, View, ViewChanges, ViewError, ViewNumber};
use web::{Answer, Form, Grant, Path, Problem, Query, Staff, Visitor, can};

use crate::{
    forms::{Difference, Errors, differences, read_version, tick},
    lists,
};

/// A list that views are kept of.
pub(crate) trait Kept: Send + Sync + 'static {
    /// What somebody needs to see it.
    type Can: Grant;
    /// Which it is.
    const LIST: DeskList;
    /// The parts of its address that a view keeps.
    const PARTS: &'static [&'static str];
}

/// The list of orders.
pub(crate) struct Orders;
/// The list of products.
pub(crate) struct Products;
/// The list of customers.
pub(crate) struct Customers;

impl Kept for Orders {
    type Can = can::ReadOrders;
    const LIST: DeskList = DeskList::Orders;
    const PARTS: &'static [&'static str] = &[
        "q",
        "status",
        "payment",
        "fulfilment",
        "customer",
        "from",
        "until",
        "tag",
        "sort",
    ];
}

impl Kept for Products {
    type Can = can::ReadCatalog;
    const LIST: DeskList = DeskList::Products;
    const PARTS: &'static [&'static str] = &["q", "status", "stock", "category", "brand", "tag", "sort"];
}

impl Kept for Customers {
    type Can = can::ReadOrders;
    const LIST: DeskList = DeskList::Customers;
    const PARTS: &'static [&'static str] = &["q", "marketing", "group", "sort"];
}

/// The tabs above a list.
#[derive(Debug, Serialize)]
pub(crate) struct Tabs {
    /// The address of the list.
    path: String,
    tabs: Vec<Tab>,
    /// Whether nothing is narrowed.
    whole: bool,
    /// Where the list as it is can be kept, unless a tab is that already.
    keep: Option<String>,
    /// Where the view that is shown can be changed.
    change: Option<String>,
    /// The view that was deleted a moment ago.
    deleted: Option<String>,
}

#[derive(Debug, Serialize)]
struct Tab {
    name: String,
    url: String,
    shared: bool,
    current: bool,
}

/// The tabs of a list that is asked for with this query.
pub(crate) async fn tabs<L: Kept>(ctx: &mut Ctx, query: &str) -> Result<Tabs, Problem> {
    let views = views::list_views(ctx, L::LIST).await.map_err(problem)?;
    let path = path::<L>();
    let shown = kept_parts::<L>(query);
    let current = views.iter().find(|view| view.query == shown);
    let change = current.filter(|view| view.may_be_changed_by(ctx.actor()));
    Ok(Tabs {
        whole: shown.is_empty(),
        keep: (current.is_none() && !shown.is_empty())
            .then(|| lists::address(&format!("{path}/views/new"), &[("query", shown.clone())])),
        change: change.map(|view| format!("{path}/views/{}", view.number)),
        deleted: url::form_urlencoded::parse(query.as_bytes())
            .find(|(name, _)| name == "deleted")
            .and_then(|(_, number)| number.parse::<ViewNumber>().ok())
            .map(|number| number.to_string()),
        tabs: views
            .iter()
            .map(|view| Tab {
                name: view.name.clone(),
                url: format!("{path}?{}", view.query),
                shared: view.shared,
                current: view.query == shown,
            })
            .collect(),
        path,
    })
}

fn path<L: Kept>() -> String {
    format!("/admin/{}", L::LIST.as_str())
}

/// What a view keeps of a query, in the order of the list's parts.
fn kept_parts<L: Kept>(query: &str) -> String {
    let given: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).collect();
    let mut kept = url::form_urlencoded::Serializer::new(String::new());
    for part in L::PARTS {
        let value = given
            .iter()
            .find(|(name, value)| name == part && !value.trim().is_empty());
        kept.extend_pairs(value.map(|(name, value)| (name, value.trim())));
    }
    kept.finish()
}

/// A view as it is typed.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct ViewForm {
    name: String,
    shared: String,
    query: String,
    version: String,
}

impl From<&View> for ViewForm {
    fn from(view: &View) -> Self {
        Self {
            name: view.name.clone(),
            shared: tick(view.shared),
            query: view.query.clone(),
            version: view.version.to_string(),
        }
    }
}

#[derive(Serialize)]
struct ViewPage {
    list: &'static str,
    /// Nothing for a new one.
    number: Option<String>,
    path: String,
    form: ViewForm,
    errors: Errors,
    conflict: Vec<Difference>,
}

impl ViewPage {
    fn new<L: Kept>(number: Option<ViewNumber>, form: ViewForm) -> Self {
        Self {
            list: L::LIST.as_str(),
            number: number.map(|number| number.to_string()),
            path: path::<L>(),
            form,
            errors: Errors::default(),
            conflict: Vec::new(),
        }
    }

    fn show(&self, visitor: &Visitor, status: StatusCode) -> Answer {
        visitor.page_with_status(status, "admin/views/view.html", self)
    }
}

pub(crate) async fn show_new<L: Kept>(staff: Staff<L::Can>, Query(mut form): Query<ViewForm>) -> Answer {
    form.query = kept_parts::<L>(&form.query);
    ViewPage::new::<L>(None, form).show(&staff, StatusCode::OK)
}

pub(crate) async fn keep<L: Kept>(staff: Staff<L::Can>, Form(form): Form<ViewForm>) -> Answer {
    let query = kept_parts::<L>(&form.query);
    let new = NewView {
        list: L::LIST,
        name: form.name.clone(),
        query: query.clone(),
        shared: !form.shared.is_empty(),
    };
    let mut ctx = staff.work.write();
    let outcome = views::keep_view(&mut ctx, new).await.map(drop);
    answer::<L>(&staff, ctx, ViewPage::new::<L>(None, form), outcome, &query).await
}

pub(crate) async fn show<L: Kept>(staff: Staff<L::Can>, Path(number): Path<ViewNumber>) -> Answer {
    let mut ctx = staff.work.read();
    let view = views::find_view(&mut ctx, L::LIST, number).await.map_err(problem)?;
    let view = view.filter(|view| view.may_be_changed_by(ctx.actor()));
    ctx.rollback().await;
    let view = view.ok_or_else(Problem::not_found)?;
    ViewPage::new::<L>(Some(number), ViewForm::from(&view)).show(&staff, StatusCode::OK)
}

pub(crate) async fn change<L: Kept>(
    staff: Staff<L::Can>,
    Path(number): Path<ViewNumber>,
    Form(form): Form<ViewForm>,
) -> Answer {
    let changes = ViewChanges {
        name: form.name.clone(),
        shared: !form.shared.is_empty(),
    };
    let mut ctx = staff.work.write();
    let outcome = views::change_view(&mut ctx, L::LIST, number, read_version(&form.version), changes).await;
    let query = kept_parts::<L>(&form.query);
    answer::<L>(&staff, ctx, ViewPage::new::<L>(Some(number), form), outcome, &query).await
}

pub(crate) async fn delete<L: Kept>(
    staff: Staff<L::Can>,
    Path(number): Path<ViewNumber>,
    Form(form): Form<ViewForm>,
) -> Answer {
    let mut ctx = staff.work.write();
    let outcome = views::delete_view(&mut ctx, L::LIST, number, read_version(&form.version)).await;
    if outcome.is_ok() {
        ctx.commit().await?;
        return Ok(Redirect::to(&format!("{}?deleted={number}", path::<L>())).into_response());
    }
    answer::<L>(&staff, ctx, ViewPage::new::<L>(Some(number), form), outcome, "").await
}

pub(crate) async fn restore<L: Kept>(staff: Staff<L::Can>, Path(number): Path<ViewNumber>) -> Answer {
    let mut ctx = staff.work.write();
    views::restore_view(&mut ctx, L::LIST, number).await.map_err(problem)?;
    let view = views::find_view(&mut ctx, L::LIST, number).await.map_err(problem)?;
    ctx.commit().await?;
    let query = view.map(|view| view.query).unwrap_or_default();
    staff.flash("admin-view-restored");
    Ok(Redirect::to(&format!("{}?{query}", path::<L>())).into_response())
}

/// Back to the list, or the form again with what is wrong and what somebody else made of the view.
async fn answer<L: Kept>(
    staff: &Staff<L::Can>,
    ctx: Ctx,
    mut page: ViewPage,
    outcome: Result<(), ViewError>,
    query: &str,
) -> Answer {
    match outcome {
        Ok(()) => {
            ctx.commit().await?;
            staff.flash("admin-flash-saved");
            Ok(Redirect::to(&format!("{}?{query}", page.path)).into_response())
        }
        Err(ViewError::Invalid(error)) => {
            ctx.rollback().await;
            page.errors = Errors::of(staff, error.into());
            page.show(staff, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(ViewError::VersionConflict(saved)) => {
            ctx.rollback().await;
            let saved = ViewForm::from(saved.as_ref());
            page.errors = Errors::said("form", staff.translate("admin-view-changed-meanwhile", &[]));
            page.form.query.clone_from(&saved.query);
            page.conflict = differences(&saved, &page.form);
            page.form.version = saved.version;
            page.show(staff, StatusCode::CONFLICT)
        }
        Err(error) => Err(problem(error)),
    }
}

fn problem(error: ViewError) -> Problem {
    match error {
        ViewError::Forbidden(error) => error.into(),
        ViewError::Invalid(error) => error.into(),
        ViewError::NotFound => Problem::not_found(),
        ViewError::VersionConflict(_) => Problem::version_conflict(),
        ViewError::Internal(error) => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use kernel::Permission;

    use super::*;

    #[test]
    fn a_view_keeps_the_filters_and_nothing_else() {
        let query = "cursor=abc&payment=&status=confirmed&q=+an%26n+&deleted=3&lang=id";
        assert_eq!(kept_parts::<Orders>(query), "q=an%26n&status=confirmed");
        assert_eq!(kept_parts::<Products>("sort=email&stock=out"), "stock=out&sort=email");
        assert_eq!(kept_parts::<Customers>("sort=email&stock=out"), "sort=email");
        assert_eq!(kept_parts::<Customers>(""), "");
    }

    #[test]
    fn every_list_asks_for_what_its_views_ask_for() {
        fn asks<L: Kept>() -> (Option<Permission>, Permission) {
            (L::Can::PERMISSION, L::LIST.permission())
        }
        for (page, views) in [asks::<Orders>(), asks::<Products>(), asks::<Customers>()] {
            assert_eq!(page, Some(views));
        }
    }
}
