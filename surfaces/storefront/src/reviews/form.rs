//! The page on which somebody reviews a product.

use std::collections::BTreeMap;

use axum::{
    extract::{FromRequest as _, Multipart, Request, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect},
};
use database::Ctx;
use kernel::{Invalid, ReviewId, Slug};
use reviews::{Author, Draft, MAX_PHOTOS, Review, ReviewState, WriteError};
use serde::Serialize;
use web::{Answer, Path, Problem, Query, Visitor};

use super::{
    Link, author, of_order,
    photos::{self, Typed},
    reviewed::{self, Reviewed},
    unknown,
};
use crate::{Shop, layout};

#[derive(Serialize)]
struct FormView {
    slug: String,
    is_published: bool,
    title: String,
    image_url: String,
    link: Link,
    form: Typed,
    /// The key of what is wrong with each field.
    errors: BTreeMap<String, String>,
    /// What is wrong with pictures, in the visitor's language.
    refused: Vec<String>,
    /// Why nothing can be written here: a part of a key.
    closed: Option<&'static str>,
    most_photos: usize,
    own: Option<OwnView>,
}

/// What the author said before.
#[derive(Serialize)]
struct OwnView {
    id: ReviewId,
    state: &'static str,
    reason: String,
}

impl From<&Review> for OwnView {
    fn from(review: &Review) -> Self {
        Self {
            id: review.id,
            state: review.state.as_str(),
            reason: review.reason.clone(),
        }
    }
}

impl From<Review> for Typed {
    fn from(review: Review) -> Self {
        Self {
            author: review.author,
            stars: review.stars.to_string(),
            title: review.title,
            body: review.body,
            photos: review.photos,
            refused: Vec::new(),
        }
    }
}

/// The page's address, with the link its author came by.
fn here(slug: &Slug, link: &Link) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    if !link.order.is_empty() {
        query
            .append_pair("order", &link.order)
            .append_pair("token", &link.token);
    }
    let path = crate::head::path_of("/reviews/write", slug.as_str());
    match query.finish() {
        query if query.is_empty() => path,
        query => format!("{path}?{query}"),
    }
}

fn read_slug(slug: &str) -> Result<Slug, Problem> {
    Slug::parse(slug).map_err(|_not_a_slug| Problem::not_found())
}

pub(crate) async fn show(
    visitor: Visitor,
    State(shop): State<Shop>,
    Path(slug): Path<String>,
    Query(link): Query<Link>,
) -> Answer {
    let slug = read_slug(&slug)?;
    let mut ctx = visitor.work.read();
    let author = author(&visitor, &shop, &mut ctx, &link).await?;
    let product = reviewed::find(&mut ctx, &slug, author.as_ref()).await?;
    let Some(author) = author else {
        return unknown(&visitor, &here(&slug, &link));
    };
    let closed = closed(&mut ctx, &author, &product).await?;
    let own = reviews::find_own(&mut ctx, &author, product.id).await?;
    let name = match author.customer {
        Some(customer) if own.is_none() => customers::find(&mut ctx, customer).await?,
        Some(_) | None => None,
    };
    ctx.rollback().await;
    let typed = Typed {
        author: name.map(|customer| customer.first_name).unwrap_or_default(),
        ..Typed::default()
    };
    let shown = Shown {
        product,
        link,
        own,
        closed,
    };
    let form = shown.own.clone().map_or(typed, Typed::from);
    render(&visitor, StatusCode::OK, shown, form, BTreeMap::new()).await
}

/// What stands around the form.
struct Shown {
    product: Reviewed,
    link: Link,
    own: Option<Review>,
    closed: Option<&'static str>,
}

async fn closed(ctx: &mut Ctx, author: &Author, product: &Reviewed) -> Result<Option<&'static str>, Problem> {
    match reviews::may_review(ctx, author, product.id).await {
        Ok(()) => Ok(None),
        Err(error) => why(error).map(Some),
    }
}

/// The part of a key that says why nothing can be written.
fn why(error: WriteError) -> Result<&'static str, Problem> {
    match error {
        WriteError::Closed => Ok("closed"),
        WriteError::NotBought => Ok("not-bought"),
        WriteError::NotTheirs => Ok("not-theirs"),
        WriteError::NotFound => Err(Problem::not_found()),
        WriteError::Invalid(error) => Err(Invalid::from(error).into()),
        WriteError::Internal(error) => Err(error.into()),
    }
}

async fn render(
    visitor: &Visitor,
    status: StatusCode,
    shown: Shown,
    mut form: Typed,
    errors: BTreeMap<String, String>,
) -> Answer {
    let product = shown.product;
    let view = FormView {
        is_published: product.is_published,
        slug: product.slug.into_string(),
        title: product.title,
        image_url: product.image_url,
        link: shown.link,
        refused: std::mem::take(&mut form.refused),
        form,
        errors,
        closed: shown.closed,
        most_photos: MAX_PHOTOS,
        own: shown.own.as_ref().map(OwnView::from),
    };
    layout::page_with_status(visitor, status, "storefront/review.html", &view).await
}

/// Whether somebody may write is looked at before their pictures are taken.
pub(crate) async fn write(
    visitor: Visitor,
    State(shop): State<Shop>,
    Path(slug): Path<String>,
    Query(link): Query<Link>,
    request: Request,
) -> Answer {
    let slug = read_slug(&slug)?;
    let mut ctx = visitor.work.read();
    let author = author(&visitor, &shop, &mut ctx, &link).await?;
    let product = reviewed::find(&mut ctx, &slug, author.as_ref()).await?;
    let Some(author) = author else {
        return unknown(&visitor, &here(&slug, &link));
    };
    let closed = closed(&mut ctx, &author, &product).await?;
    let own = reviews::find_own(&mut ctx, &author, product.id).await?;
    ctx.rollback().await;
    let shown = Shown {
        product,
        link,
        own,
        closed,
    };
    if closed.is_some() {
        return render(
            &visitor,
            StatusCode::FORBIDDEN,
            shown,
            Typed::default(),
            BTreeMap::new(),
        )
        .await;
    }
    let parts = Multipart::from_request(request, &())
        .await
        .map_err(|error| Problem::new(error.status(), "invalid_upload", error.body_text()))?;
    let typed = photos::receive(&visitor, &shop, parts).await?;
    let invalid = match keep(&visitor, &author, shown.product.id, &typed).await? {
        Ok(_) if !typed.refused.is_empty() => Invalid::default(),
        Ok(review) => return done(&visitor, &shown, &review),
        Err(invalid) => invalid,
    };
    let errors = invalid.0.into_iter().map(|error| (error.field, error.code.to_owned()));
    render(
        &visitor,
        StatusCode::UNPROCESSABLE_ENTITY,
        shown,
        typed,
        errors.collect(),
    )
    .await
}

/// Keeps what was typed, unless a picture of it was refused: then the author says whether it goes without.
async fn keep(
    visitor: &Visitor,
    author: &Author,
    product: kernel::ProductId,
    typed: &Typed,
) -> Result<Result<Review, Invalid>, Problem> {
    let draft = Draft::parse(
        &typed.author,
        &typed.stars,
        &typed.title,
        &typed.body,
        typed.photos.clone(),
    );
    let draft = match draft {
        Ok(draft) => draft,
        Err(invalid) => return Ok(Err(invalid)),
    };
    let mut ctx = visitor.work.write();
    match reviews::write(&mut ctx, author, product, draft).await {
        Ok(written) if typed.refused.is_empty() => {
            ctx.commit().await?;
            Ok(Ok(written.review))
        }
        Ok(written) => {
            ctx.rollback().await;
            Ok(Ok(written.review))
        }
        Err(WriteError::Invalid(error)) => Ok(Err(error.into())),
        Err(WriteError::NotFound) => Err(Problem::not_found()),
        Err(WriteError::Internal(error)) => Err(error.into()),
        Err(error @ (WriteError::Closed | WriteError::NotBought | WriteError::NotTheirs)) => {
            Err(Problem::conflict("review_closed", error.to_string()))
        }
    }
}

/// To where the author sees what came of it.
fn done(visitor: &Visitor, shown: &Shown, review: &Review) -> Answer {
    visitor.flash(match review.state {
        ReviewState::Published => "review-flash-published",
        ReviewState::Waiting | ReviewState::Rejected => "review-flash-waiting",
    });
    let to = if !shown.link.order.is_empty() {
        of_order::path(&shown.link)
    } else if shown.product.is_published {
        let page = crate::head::path_of("/products", shown.product.slug.as_str());
        format!("{page}#reviews")
    } else {
        "/account/reviews".to_owned()
    };
    Ok(Redirect::to(&to).into_response())
}
