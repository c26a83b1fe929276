//! Coupons: the list, making one, changing one.

use std::collections::{BTreeMap, HashMap};

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use catalog::Collection;
use database::Ctx;
use kernel::{CouponId, FieldError, Invalid, ProductId, Time};
use pricing::{
    Coupon, CouponCode, CouponKind, CouponSort, CreateCoupon, CreateCouponError, ListCouponsError, UpdateCoupon,
    UpdateCouponError,
};
use serde::{Deserialize, Serialize};
use web::{Answer, Form, MoneyView, Path, Problem, Query, Staff, Visitor, can};

use super::form::{CouponForm, KINDS, percent_text};
use crate::{
    forms::{Choice, Difference, Errors, choices, differences, read_version},
    lists::{self, Rows},
    sorting::{self, Column, Header},
};

/// The most products that can be typed into the form.
const MOST_PRODUCTS: usize = 50;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct CouponsQuery {
    sort: String,
    cursor: String,
}

const COLUMNS: [Column; 3] = [
    Column {
        name: "code",
        first: "code",
        second: Some("code_backwards"),
        first_is_ascending: true,
    },
    Column {
        name: "ends",
        first: "ends_first",
        second: Some("ends_last"),
        first_is_ascending: true,
    },
    Column {
        name: "made",
        first: "newest",
        second: Some("oldest"),
        first_is_ascending: false,
    },
];

#[derive(Serialize)]
struct CouponsView {
    coupons: Rows<CouponRow>,
    sort: String,
    headers: BTreeMap<&'static str, Header>,
}

#[derive(Serialize)]
struct CouponRow {
    id: String,
    code: String,
    percent: Option<String>,
    amount: Option<MoneyView>,
    minimum: Option<MoneyView>,
    restricted: bool,
    used: i64,
    limit: Option<i64>,
    ends_at: Option<String>,
    made_at: String,
    state: &'static str,
}

#[derive(Serialize)]
struct CouponView {
    /// `None` for a new coupon.
    id: Option<String>,
    used: i64,
    form: CouponForm,
    kinds: Vec<Choice>,
    collections: Vec<CollectionChoice>,
    errors: Errors,
    conflict: Vec<Difference>,
}

#[derive(Serialize)]
struct CollectionChoice {
    id: String,
    title: String,
    chosen: bool,
}

pub(crate) async fn list(staff: Staff<can::WriteCoupons>, Query(query): Query<CouponsQuery>) -> Answer {
    let sort = sorting::read(&query.sort, CouponSort::parse)?;
    let mut ctx = staff.work.read();
    let page = pricing::list_coupons(&mut ctx, sort, &lists::request(&query.cursor)).await;
    let page = page.map_err(|error| match error {
        ListCouponsError::Forbidden(error) => Problem::from(error),
        ListCouponsError::InvalidCursor(error) => error.into(),
        ListCouponsError::Internal(error) => error.into(),
    })?;
    ctx.rollback().await;
    let now = staff.work.now();
    let view = CouponsView {
        coupons: Rows::new(page, &query.cursor, |coupon| coupon_row(&coupon, now)),
        headers: sorting::headers("/admin/coupons", "", sort.as_str(), &COLUMNS),
        sort: query.sort,
    };
    staff.page("admin/coupons/list.html", &view)
}

fn coupon_row(coupon: &Coupon, now: Time) -> CouponRow {
    let terms = &coupon.terms;
    let (percent, amount) = match terms.kind {
        CouponKind::Percentage(fraction) => (Some(percent_text(fraction)), None),
        CouponKind::FixedAmount(amount) => (None, Some(amount.into())),
        CouponKind::FreeShipping => (None, None),
    };
    let state = if !terms.active {
        "off"
    } else if terms.starts_at.is_some_and(|start| now < start) {
        "later"
    } else if terms.ends_at.is_some_and(|end| end <= now) {
        "ended"
    } else if terms.total_limit.is_some_and(|limit| limit <= coupon.used_count) {
        "used-up"
    } else {
        "on"
    };
    CouponRow {
        id: coupon.id.to_string(),
        code: coupon.code.to_string(),
        percent,
        amount,
        minimum: terms.minimum.map(MoneyView::from),
        restricted: terms.is_restricted(),
        used: coupon.used_count,
        made_at: coupon.created_at.to_rfc3339(),
        limit: terms.total_limit,
        ends_at: terms.ends_at.map(|end| end.to_rfc3339()),
        state,
    }
}

pub(crate) async fn show_new(staff: Staff<can::WriteCoupons>) -> Answer {
    render(
        &staff,
        StatusCode::OK,
        None,
        CouponForm::empty(),
        (Errors::default(), Vec::new()),
    )
    .await
}

pub(crate) async fn show(staff: Staff<can::WriteCoupons>, Path(id): Path<CouponId>) -> Answer {
    let (coupon, form) = load(&staff, id).await?;
    render(
        &staff,
        StatusCode::OK,
        Some(&coupon),
        form,
        (Errors::default(), Vec::new()),
    )
    .await
}

async fn load(visitor: &Visitor, id: CouponId) -> Result<(Coupon, CouponForm), Problem> {
    let mut ctx = visitor.work.read();
    let coupon = pricing::find_coupon(&mut ctx, id)
        .await?
        .ok_or_else(Problem::not_found)?;
    let known = catalog::list_products_by_id(&mut ctx, &coupon.terms.products).await?;
    ctx.rollback().await;
    let names: Vec<String> = coupon
        .terms
        .products
        .iter()
        .map(|id| {
            let known = known.iter().find(|product| product.id == *id);
            known.map_or_else(|| id.to_string(), |product| product.slug.to_string())
        })
        .collect();
    let form = CouponForm::of(&coupon, &names, visitor.store().time_zone);
    Ok((coupon, form))
}

async fn render(
    visitor: &Visitor,
    status: StatusCode,
    coupon: Option<&Coupon>,
    form: CouponForm,
    (errors, conflict): (Errors, Vec<Difference>),
) -> Answer {
    let mut ctx = visitor.work.read();
    let collections = catalog::list_collections(&mut ctx).await?;
    ctx.rollback().await;
    let collections = collection_choices(visitor, collections, &form.collection);
    let view = CouponView {
        id: coupon.map(|coupon| coupon.id.to_string()),
        used: coupon.map(|coupon| coupon.used_count).unwrap_or_default(),
        kinds: choices(visitor, "admin-coupon-kind", KINDS),
        collections,
        form,
        errors,
        conflict,
    };
    visitor.page_with_status(status, "admin/coupons/coupon.html", &view)
}

/// Every collection; and those that were chosen and then deleted, so that saving the form does not widen the coupon.
fn collection_choices(visitor: &Visitor, collections: Vec<Collection>, chosen: &[String]) -> Vec<CollectionChoice> {
    let mut choices: Vec<CollectionChoice> = collections
        .into_iter()
        .map(|collection| {
            let id = collection.id.to_string();
            CollectionChoice {
                chosen: chosen.contains(&id),
                id,
                title: collection.title,
            }
        })
        .collect();
    let gone: Vec<&String> = chosen
        .iter()
        .filter(|id| choices.iter().all(|choice| choice.id != **id))
        .collect();
    choices.extend(gone.into_iter().map(|id| CollectionChoice {
        id: id.clone(),
        title: visitor.translate("admin-coupon-collection-gone", &[]),
        chosen: true,
    }));
    choices
}

pub(crate) async fn create(staff: Staff<can::WriteCoupons>, Form(form): Form<CouponForm>) -> Answer {
    let mut ctx = staff.work.write();
    let errors = match read_new(&mut ctx, &form).await? {
        Err(invalid) => Errors::of(&staff, invalid),
        Ok(new) => match pricing::create_coupon(&mut ctx, &new).await {
            Ok(_coupon) => {
                ctx.commit().await?;
                return Ok(saved(&staff));
            }
            Err(CreateCouponError::CodeTaken) => Errors::one(&staff, "code", "code_taken", "is taken"),
            Err(CreateCouponError::Invalid(invalid)) => Errors::of(&staff, invalid),
            Err(CreateCouponError::Forbidden(error)) => return Err(error.into()),
            Err(CreateCouponError::Internal(error)) => return Err(error.into()),
        },
    };
    ctx.rollback().await;
    render(
        &staff,
        StatusCode::UNPROCESSABLE_ENTITY,
        None,
        form,
        (errors, Vec::new()),
    )
    .await
}

async fn read_new(ctx: &mut Ctx, form: &CouponForm) -> Result<Result<CreateCoupon, Invalid>, Problem> {
    let mut invalid = Invalid::default();
    let code = invalid.check("code", CouponCode::parse(&form.code));
    let products = find_products(ctx, form, &mut invalid).await?;
    let terms = form
        .terms(products, None, ctx.currency(), ctx.store().time_zone)
        .map_err(|errors| invalid.0.extend(errors.0))
        .ok();
    Ok(match (code, terms) {
        (Some(code), Some(terms)) if invalid.0.is_empty() => Ok(CreateCoupon { code, terms }),
        _ => Err(invalid),
    })
}

/// The products that are typed, by the last part of their page's address or by id, published or not.
async fn find_products(ctx: &mut Ctx, form: &CouponForm, invalid: &mut Invalid) -> Result<Vec<ProductId>, Problem> {
    let lines: Vec<String> = form.product_lines().map(str::to_owned).collect();
    if lines.len() > MOST_PRODUCTS {
        let message = format!("may be at most {MOST_PRODUCTS}");
        invalid.push(FieldError::new("products", "too_many", message));
        return Ok(Vec::new());
    }
    let labels = catalog::find_labels(ctx, &lines).await?.into_iter();
    let known: HashMap<String, ProductId> = labels
        .filter(|label| label.variant_id.is_none())
        .map(|label| (label.typed, label.product_id))
        .collect();
    let mut ids = Vec::new();
    for line in lines {
        match line.parse().ok().or_else(|| known.get(&line).copied()) {
            Some(id) if !ids.contains(&id) => ids.push(id),
            Some(_) => {}
            None => {
                let message = format!("there is no product {line}");
                invalid.push(FieldError::new("products", "no_such_product", message));
            }
        }
    }
    Ok(ids)
}

pub(crate) async fn update(
    staff: Staff<can::WriteCoupons>,
    Path(id): Path<CouponId>,
    Form(form): Form<CouponForm>,
) -> Answer {
    let mut ctx = staff.work.write();
    let mut invalid = Invalid::default();
    let products = find_products(&mut ctx, &form, &mut invalid).await?;
    let known = pricing::find_coupon(&mut ctx, id)
        .await?
        .ok_or_else(Problem::not_found)?;
    let terms = form
        .terms(products, Some(&known.terms), ctx.currency(), ctx.store().time_zone)
        .map_err(|errors| invalid.0.extend(errors.0))
        .ok();
    let errors = match terms.filter(|_| invalid.0.is_empty()) {
        None => Errors::of(&staff, invalid),
        Some(terms) => {
            let change = UpdateCoupon {
                id,
                version: read_version(&form.version),
                terms,
            };
            match pricing::update_coupon(&mut ctx, &change).await {
                Ok(_coupon) => {
                    ctx.commit().await?;
                    return Ok(saved(&staff));
                }
                Err(UpdateCouponError::VersionConflict) => {
                    ctx.rollback().await;
                    return conflict(&staff, id, form).await;
                }
                Err(UpdateCouponError::LimitBelowUses) => Errors::one(
                    &staff,
                    "total_limit",
                    "limit_below_uses",
                    "is less than it was used already",
                ),
                Err(UpdateCouponError::Invalid(invalid)) => Errors::of(&staff, invalid),
                Err(UpdateCouponError::NotFound) => return Err(Problem::not_found()),
                Err(UpdateCouponError::Forbidden(error)) => return Err(error.into()),
                Err(UpdateCouponError::Internal(error)) => return Err(error.into()),
            }
        }
    };
    ctx.rollback().await;
    let (coupon, _) = load(&staff, id).await?;
    render(
        &staff,
        StatusCode::UNPROCESSABLE_ENTITY,
        Some(&coupon),
        form,
        (errors, Vec::new()),
    )
    .await
}

/// Shows both versions. Saving once more keeps what was typed.
async fn conflict(visitor: &Visitor, id: CouponId, mut form: CouponForm) -> Answer {
    let (coupon, saved) = load(visitor, id).await?;
    form.code.clone_from(&saved.code);
    let conflict = differences(&saved, &form);
    form.version = saved.version;
    let errors = Errors::one(visitor, "form", "version_conflict", "was changed in the meantime");
    render(visitor, StatusCode::CONFLICT, Some(&coupon), form, (errors, conflict)).await
}

fn saved(visitor: &Visitor) -> Response {
    visitor.flash("admin-flash-saved");
    Redirect::to("/admin/coupons").into_response()
}
