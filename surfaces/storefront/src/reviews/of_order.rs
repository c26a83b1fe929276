//! What somebody bought with an order, to be reviewed: where the mails lead.

use axum::extract::State;
use database::Ctx;
use kernel::{OrderId, PageRequest, ProductId};
use orders::{OrderDetails, OrderLine};
use reviews::Author;
use serde::Serialize;
use web::{Answer, Path, Problem, Query, Visitor};

use super::{Link, author, shown::problem};
use crate::{
    Shop, layout,
    order::{self, TokenQuery},
};

#[derive(Serialize)]
struct OrderReviewsView {
    number: String,
    link: Link,
    /// Where the order itself is.
    back: String,
    products: Vec<BoughtView>,
    closed: bool,
}

/// A product that was bought.
#[derive(Serialize)]
struct BoughtView {
    slug: String,
    /// Whether it has a page in the shop.
    is_published: bool,
    title: String,
    image_url: String,
    /// Whether a piece of it arrived, or nobody asks for that.
    can_review: bool,
    stars: Option<i32>,
    state: Option<&'static str>,
}

/// The page's address with its link.
pub(crate) fn path(link: &Link) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("token", &link.token);
    format!("/orders/{}/reviews?{}", link.order, query.finish())
}

pub(crate) async fn show(
    visitor: Visitor,
    State(shop): State<Shop>,
    Path(id): Path<OrderId>,
    Query(query): Query<TokenQuery>,
) -> Answer {
    let link = Link {
        order: id.to_string(),
        token: query.token,
    };
    let mut ctx = visitor.work.read();
    let author = author(&visitor, &shop, &mut ctx, &link)
        .await?
        .ok_or_else(Problem::not_found)?;
    let details = orders::get(&mut ctx, id).await.map_err(order::problem)?;
    if author.order.is_none() && details.order.customer_id != author.customer {
        return Err(Problem::not_found());
    }
    let settings = reviews::load_settings(&mut ctx).await?;
    let products = bought(&mut ctx, &author, &details, settings.who_writes).await?;
    ctx.rollback().await;
    let back = if link.token.is_empty() {
        format!("/orders/{id}")
    } else {
        path(&link).replace("/reviews?", "?")
    };
    let view = OrderReviewsView {
        number: details.order.number,
        link,
        back,
        products,
        closed: settings.who_writes == reviews::WhoWrites::Nobody,
    };
    layout::page(&visitor, "storefront/order_reviews.html", &view).await
}

/// Each product once, in the order of the lines, with what its buyer said of it.
async fn bought(
    ctx: &mut Ctx,
    author: &Author,
    details: &OrderDetails,
    who_writes: reviews::WhoWrites,
) -> Result<Vec<BoughtView>, Problem> {
    let mut lines: Vec<&OrderLine> = Vec::new();
    for line in &details.lines {
        if lines.iter().all(|other| other.product_id != line.product_id) {
            lines.push(line);
        }
    }
    let ids: Vec<ProductId> = lines.iter().map(|line| line.product_id).collect();
    let received = orders::received(ctx, author.customer, Some(details.order.id), &ids).await?;
    let own = reviews::list_own(ctx, author, &PageRequest::first(PageRequest::MAX))
        .await
        .map_err(problem)?;
    let (published, _next) = catalog::name_products(ctx, &ids).await?;
    let slugs = catalog::slugs_by_id(ctx, &ids).await?;
    let row = |line: &OrderLine| {
        let said = own.items.iter().find(|review| review.product_id == line.product_id);
        BoughtView {
            slug: slugs.get(&line.product_id).unwrap_or(&line.slug).clone(),
            is_published: published.iter().any(|name| name.id == line.product_id),
            title: line.title.clone(),
            image_url: line.image_url.clone(),
            can_review: who_writes == reviews::WhoWrites::Accounts || received.contains(&line.product_id),
            stars: said.map(|review| review.stars),
            state: said.map(|review| review.state.as_str()),
        }
    };
    Ok(lines.into_iter().map(row).collect())
}
