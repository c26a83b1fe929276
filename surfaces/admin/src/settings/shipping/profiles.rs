//! A profile: products that ship in their own way.

use axum::http::StatusCode;
use kernel::{FieldError, Invalid, ProductId, ProfileId};
use serde::{Deserialize, Serialize};
use shipping::{MOST_PRODUCTS, Profile, SetupError};
use web::{Answer, Form, Path, Problem, Staff, Visitor, can};

use super::{ask_removal, problem, refused, saved};
use crate::forms::Errors;

/// A profile as it is typed.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct ProfileForm {
    name: String,
    /// The last parts of product pages' addresses, or SKUs, one a line.
    products: String,
}

#[derive(Serialize)]
struct ProfilePage {
    /// `None` for a new profile.
    id: Option<String>,
    form: ProfileForm,
    errors: Errors,
}

pub(crate) async fn show_new(staff: Staff<can::ManageSettings>) -> Answer {
    render(&staff, StatusCode::OK, None, ProfileForm::default(), Errors::default())
}

pub(crate) async fn show(staff: Staff<can::ManageSettings>, Path(id): Path<ProfileId>) -> Answer {
    let profile = find(&staff, id).await?;
    let mut ctx = staff.work.read();
    let labels = catalog::labels(&mut ctx, &profile.product_ids, &[]).await?;
    ctx.rollback().await;
    let products: Vec<String> = labels.into_iter().map(|label| label.typed).collect();
    let form = ProfileForm {
        name: profile.name,
        products: products.join("\n"),
    };
    render(&staff, StatusCode::OK, Some(id), form, Errors::default())
}

async fn find(visitor: &Visitor, id: ProfileId) -> Result<Profile, Problem> {
    let mut ctx = visitor.work.read();
    let profiles = shipping::list_profiles(&mut ctx).await?;
    ctx.rollback().await;
    let found = profiles.into_iter().find(|profile| profile.id == id);
    found.ok_or_else(Problem::not_found)
}

fn render(visitor: &Visitor, status: StatusCode, id: Option<ProfileId>, form: ProfileForm, errors: Errors) -> Answer {
    let id = id.map(|id| id.to_string());
    let page = ProfilePage { id, form, errors };
    visitor.page_with_status(status, "admin/settings/profile.html", &page)
}

pub(crate) async fn create(staff: Staff<can::ManageSettings>, Form(form): Form<ProfileForm>) -> Answer {
    save(&staff, None, form).await
}

pub(crate) async fn update(
    staff: Staff<can::ManageSettings>,
    Path(id): Path<ProfileId>,
    Form(form): Form<ProfileForm>,
) -> Answer {
    find(&staff, id).await?;
    save(&staff, Some(id), form).await
}

async fn save(visitor: &Visitor, id: Option<ProfileId>, form: ProfileForm) -> Answer {
    let mut ctx = visitor.work.write();
    let done = match find_products(&mut ctx, &form.products).await? {
        Err(invalid) => Err(SetupError::Invalid(invalid)),
        Ok(products) => shipping::put_profile(&mut ctx, id, &form.name, &products).await,
    };
    match done {
        Ok(_id) => {
            ctx.commit().await?;
            Ok(saved(visitor))
        }
        Err(error) => {
            ctx.rollback().await;
            let (status, errors) = refused(visitor, error)?;
            render(visitor, status, id, form, errors)
        }
    }
}

/// The products that are typed.
async fn find_products(ctx: &mut database::Ctx, text: &str) -> Result<Result<Vec<ProductId>, Invalid>, Problem> {
    let lines = text.split([',', '\n']).map(str::trim).filter(|line| !line.is_empty());
    let typed: Vec<String> = lines.take(MOST_PRODUCTS + 1).map(str::to_owned).collect();
    let labels = catalog::find_labels(ctx, &typed).await?;
    if let Some(unknown) = typed
        .iter()
        .find(|typed| labels.iter().all(|label| label.typed != **typed))
    {
        let message = format!("there is no product {unknown}");
        return Ok(Err(FieldError::new("products", "no_such_product", message).into()));
    }
    let mut ids: Vec<ProductId> = labels.into_iter().map(|label| label.product_id).collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(Ok(ids))
}

pub(crate) async fn ask(staff: Staff<can::ManageSettings>, Path(id): Path<ProfileId>) -> Answer {
    let profile = find(&staff, id).await?;
    ask_removal(&staff, ("profile", "profiles"), id.to_string(), &profile.name)
}

pub(crate) async fn remove(staff: Staff<can::ManageSettings>, Path(id): Path<ProfileId>) -> Answer {
    let mut ctx = staff.work.write();
    shipping::remove_profile(&mut ctx, id).await.map_err(problem)?;
    ctx.commit().await?;
    Ok(saved(&staff))
}
