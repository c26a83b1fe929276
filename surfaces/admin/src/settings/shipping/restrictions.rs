//! Where a product, or one variant of it, may not be sent.

use axum::http::StatusCode;
use database::Ctx;
use kernel::{FieldError, Invalid, RestrictionId};
use serde::{Deserialize, Serialize};
use shipping::{Restriction, RestrictionKind, RestrictionTerms, SetupError};
use web::{Answer, Form, Path, Problem, Staff, Visitor, can};

use super::{ask_removal, problem, refused, regions, saved};
use crate::forms::{Choice, Errors, choices};

/// A restriction as it is typed.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct RestrictionForm {
    /// The last part of a product page's address, or a SKU.
    product: String,
    kind: String,
    regions: String,
}

#[derive(Serialize)]
struct RestrictionPage {
    /// `None` for a new restriction.
    id: Option<String>,
    form: RestrictionForm,
    kinds: Vec<Choice>,
    errors: Errors,
}

pub(crate) async fn show_new(staff: Staff<can::ManageSettings>) -> Answer {
    let form = RestrictionForm {
        kind: RestrictionKind::NotTo.as_str().to_owned(),
        ..RestrictionForm::default()
    };
    render(&staff, StatusCode::OK, None, form, Errors::default())
}

pub(crate) async fn show(staff: Staff<can::ManageSettings>, Path(id): Path<RestrictionId>) -> Answer {
    let (found, label) = find(&staff, id).await?;
    let form = RestrictionForm {
        product: label,
        kind: found.terms.kind.as_str().to_owned(),
        regions: regions::text(&found.terms.regions),
    };
    render(&staff, StatusCode::OK, Some(id), form, Errors::default())
}

/// The restriction, and what its product is typed by.
async fn find(visitor: &Visitor, id: RestrictionId) -> Result<(Restriction, String), Problem> {
    let mut ctx = visitor.work.read();
    let restrictions = shipping::list_restrictions(&mut ctx).await?;
    let found = restrictions.into_iter().find(|one| one.id == id);
    let found = found.ok_or_else(Problem::not_found)?;
    let variants: Vec<_> = found.terms.variant_id.into_iter().collect();
    let labels = catalog::labels(&mut ctx, &[found.terms.product_id], &variants).await?;
    ctx.rollback().await;
    let label = labels
        .into_iter()
        .find(|label| label.variant_id == found.terms.variant_id);
    Ok((found, label.map(|label| label.typed).unwrap_or_default()))
}

fn render(
    visitor: &Visitor,
    status: StatusCode,
    id: Option<RestrictionId>,
    form: RestrictionForm,
    errors: Errors,
) -> Answer {
    let names = RestrictionKind::ALL.iter().map(|kind| kind.as_str());
    let page = RestrictionPage {
        id: id.map(|id| id.to_string()),
        form,
        kinds: choices(visitor, "admin-restriction", names),
        errors,
    };
    visitor.page_with_status(status, "admin/settings/restriction.html", &page)
}

pub(crate) async fn create(staff: Staff<can::ManageSettings>, Form(form): Form<RestrictionForm>) -> Answer {
    save(&staff, None, form).await
}

pub(crate) async fn update(
    staff: Staff<can::ManageSettings>,
    Path(id): Path<RestrictionId>,
    Form(form): Form<RestrictionForm>,
) -> Answer {
    find(&staff, id).await?;
    save(&staff, Some(id), form).await
}

async fn save(visitor: &Visitor, id: Option<RestrictionId>, form: RestrictionForm) -> Answer {
    let mut ctx = visitor.work.write();
    let done = match read(&mut ctx, &form).await? {
        Err(invalid) => Err(SetupError::Invalid(invalid)),
        Ok(terms) => shipping::put_restriction(&mut ctx, id, &terms).await,
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

async fn read(ctx: &mut Ctx, form: &RestrictionForm) -> Result<Result<RestrictionTerms, Invalid>, Problem> {
    let mut invalid = Invalid::default();
    let typed = form.product.trim().to_owned();
    let label = if typed.is_empty() {
        invalid.push(FieldError::required("product"));
        None
    } else {
        let found = catalog::find_labels(ctx, std::slice::from_ref(&typed))
            .await?
            .into_iter()
            .next();
        if found.is_none() {
            let message = format!("there is no product {typed}");
            invalid.push(FieldError::new("product", "no_such_product", message));
        }
        found
    };
    let kind = RestrictionKind::parse(&form.kind).ok_or_else(|| FieldError::required("kind"));
    let kind = invalid.check("kind", kind);
    let regions = regions::read(&mut invalid, &form.regions);
    if regions.is_empty() && form.regions.trim().is_empty() {
        invalid.push(FieldError::required("regions"));
    }
    Ok(match (label, kind) {
        (Some(label), Some(kind)) if invalid.0.is_empty() => Ok(RestrictionTerms {
            product_id: label.product_id,
            variant_id: label.variant_id,
            kind,
            regions,
        }),
        _ => Err(invalid),
    })
}

pub(crate) async fn ask(staff: Staff<can::ManageSettings>, Path(id): Path<RestrictionId>) -> Answer {
    let (_, label) = find(&staff, id).await?;
    ask_removal(&staff, ("restriction", "restrictions"), id.to_string(), &label)
}

pub(crate) async fn remove(staff: Staff<can::ManageSettings>, Path(id): Path<RestrictionId>) -> Answer {
    let mut ctx = staff.work.write();
    shipping::remove_restriction(&mut ctx, id).await.map_err(problem)?;
    ctx.commit().await?;
    Ok(saved(&staff))
}
