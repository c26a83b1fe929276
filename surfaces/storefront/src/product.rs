//! A product's page: pictures, options, price, stock.

mod arrival;
mod options;
mod variant;

use std::collections::HashMap;

use axum::{
    http::{StatusCode, Uri},
    response::Response,
};
use catalog::{Attachment, AttributeValue, ProductDetails, Variant};
use database::Ctx;
use inventory::Availability;
use kernel::{Money, ProductId, Slug, VariantId};
use serde::{Deserialize, Serialize};
use web::{Path, Problem, Query, Visitor};

use crate::{
    buying::{BuyView, Typed},
    head::{Head, path_of},
    layout,
    list::{self, Crumb},
    moved::moved_on,
    reviews::shown::{self, ReviewsQuery, ReviewsView},
    structured,
    views::{self, ProductCard},
};
use arrival::ArrivalView;
use options::OptionView;
pub(crate) use variant::stock_version;
use variant::{MemberPrices, VariantView};

#[derive(Debug, Default, Deserialize)]
pub(crate) struct ProductQuery {
    #[serde(default)]
    pub(crate) variant: String,
    #[serde(flatten)]
    pub(crate) reviews: ReviewsQuery,
}

#[derive(Serialize)]
struct ProductView {
    id: String,
    slug: String,
    title: String,
    brand: String,
    short_description: String,
    description_html: String,
    seo_title: String,
    breadcrumbs: Vec<Crumb>,
    images: Vec<ImageView>,
    attachments: Vec<AttachmentView>,
    variant: Option<VariantView>,
    buy: Option<BuyView>,
    arrival: Option<ArrivalView>,
    /// Where the form that buys leads back to.
    back: String,
    options: Vec<OptionView>,
    attributes: Vec<AttributeView>,
    digital: bool,
    size_guide_html: String,
    related: Vec<ProductCard>,
    /// Whether the customer who looks at it has it on the wishlist.
    wished: bool,
    /// The variant that the address names.
    chosen: String,
    reviews: ReviewsView,
}

#[derive(Serialize)]
struct AttributeView {
    name: String,
    text: String,
    /// Where it leads, or empty.
    link: String,
}

#[derive(Serialize)]
struct ImageView {
    url: String,
    alt: String,
}

/// A video, 360° set, model or file.
#[derive(Serialize)]
struct AttachmentView {
    kind: &'static str,
    title: String,
    /// Its one address, or one for each picture of a turn.
    urls: Vec<String>,
    /// The file's ending in capitals, such as `PDF`.
    format: String,
    size_kilobytes: i64,
}

impl From<Attachment> for AttachmentView {
    fn from(attachment: Attachment) -> Self {
        let ending = attachment.urls.first().and_then(|url| url.rsplit_once('.'));
        Self {
            kind: attachment.kind.as_str(),
            title: attachment.title,
            format: ending.map(|(_, ending)| ending.to_uppercase()).unwrap_or_default(),
            urls: attachment.urls,
            size_kilobytes: (attachment.size_bytes / 1000).max(1),
        }
    }
}

pub(crate) async fn handler(
    visitor: Visitor,
    Path(slug): Path<String>,
    uri: Uri,
    Query(query): Query<ProductQuery>,
) -> Result<Response, Problem> {
    let slug = Slug::parse(&slug).map_err(|_not_a_slug| Problem::not_found())?;
    let typed = Typed::default();
    match render(&visitor, StatusCode::OK, slug.clone(), query, &typed).await {
        Err(problem) if problem.status() == StatusCode::NOT_FOUND => moved(&visitor, &slug, &uri).await,
        answer => answer,
    }
}

/// To the product that had the address before, with all that was asked for.
async fn moved(visitor: &Visitor, slug: &Slug, uri: &Uri) -> Result<Response, Problem> {
    let target = catalog::find_slug_redirect(&mut visitor.work.read(), slug).await?;
    moved_on("/products", target, uri)
}

/// The page, with what was typed into the form that buys.
pub(crate) async fn render(
    visitor: &Visitor,
    status: StatusCode,
    slug: Slug,
    query: ProductQuery,
    typed: &Typed,
) -> Result<Response, Problem> {
    let wanted: Option<VariantId> = query.variant.parse().ok();
    let mut ctx = visitor.work.read();
    let details = catalog::find_product(&mut ctx, &slug)
        .await?
        .ok_or_else(Problem::not_found)?;
    let chosen = choose(&details, wanted);
    let stock = inventory::shown_availability(&mut ctx, &told_of(&details, chosen)).await?;
    let availability = chosen.and_then(|variant| stock.get(&variant.id));
    let attachments = catalog::list_attachments(&mut ctx, details.product.id).await?;
    let related = catalog::list_products_by_id(&mut ctx, &details.product.related_ids).await?;
    let shown = catalog::shown_attributes(&mut ctx, &details).await?;
    let reviews = shown::load(&mut ctx, &details.product, &query.reviews).await?;
    let buyable = chosen.filter(|variant| {
        availability.is_none_or(|availability| availability.can_sell(1)) && variant.requires_shipping
    });
    let buyer = cart::buyer(&mut ctx).await?;
    let member = MemberPrices::load(&mut ctx, buyer, chosen).await?;
    let arrival = match buyable {
        Some(variant) => arrival::load(visitor, &mut ctx, variant, &member).await?,
        None => None,
    };
    let wished = is_wished(visitor, &mut ctx, details.product.id).await?;
    let related = views::cards(&mut ctx, &buyer, related).await?;
    let lowest = lowest_price(visitor, &mut ctx, chosen, &member).await?;
    let now = ctx.now();
    ctx.rollback().await;
    let mut head = head(visitor, &details, &stock, now);
    structured::rate(&mut head.data, &details.product.rating, &reviews.told);
    let back = match wanted {
        Some(variant) => format!("{}?variant={variant}", path_of("/products", slug.as_str())),
        None => path_of("/products", slug.as_str()),
    };
    let view = ProductView {
        id: details.product.id.to_string(),
        slug: slug.into_string(),
        breadcrumbs: breadcrumbs(&details),
        images: images(&details, chosen),
        attachments: attachments.into_iter().map(AttachmentView::from).collect(),
        options: chosen
            .map(|chosen| options::options(&details, chosen))
            .unwrap_or_default(),
        variant: chosen.map(|variant| VariantView::new(variant, (availability, lowest), &member, now)),
        buy: chosen.map(|chosen| {
            let fields = &details.product.personal_fields;
            BuyView::new(fields, details.rule_of(chosen), typed)
        }),
        arrival,
        back,
        attributes: attributes(visitor, shown),
        digital: details.product.kind == catalog::ProductKind::Digital,
        size_guide_html: details.size_guide_html().to_owned(),
        related,
        wished,
        chosen: query.variant,
        reviews: reviews.view,
        title: details.product.title,
        brand: details.product.brand,
        short_description: details.product.short_description,
        description_html: details.product.description_html,
        seo_title: details.product.seo_title,
    };
    layout::page_about_with_status(visitor, status, "storefront/product.html", &view, head).await
}

/// Whether whoever looks at a product is a customer and wants to remember it.
async fn is_wished(visitor: &Visitor, ctx: &mut Ctx, product: ProductId) -> Result<bool, Problem> {
    match visitor.customer() {
        Some(customer) => Ok(customers::list_wishes(ctx, customer).await?.contains(&product)),
        None => Ok(false),
    }
}

/// The variants whose stock the page tells of: the chosen one, and those that machines are told of.
fn told_of(details: &ProductDetails, chosen: Option<&Variant>) -> Vec<VariantId> {
    let all = details.active_variants().map(|variant| variant.id);
    let mut ids: Vec<VariantId> = all.take(structured::MOST_OFFERS).collect();
    ids.extend(chosen.map(|chosen| chosen.id).filter(|id| !ids.contains(id)));
    ids
}

fn head(
    visitor: &Visitor,
    details: &ProductDetails,
    stock: &HashMap<VariantId, Availability>,
    now: kernel::Time,
) -> Head {
    let product = &details.product;
    let description = [
        product.seo_description.clone(),
        product.short_description.clone(),
        catalog::plain_text(&product.description_html),
        product.title.clone(),
    ];
    Head {
        path: Some(path_of("/products", product.slug.as_str())),
        instead: product.canonical_url.clone(),
        description: description
            .into_iter()
            .find(|text| !text.is_empty())
            .unwrap_or_default(),
        image: product.image_url.clone(),
        is_product: true,
        data: vec![
            structured::product(visitor, details, stock, now),
            structured::breadcrumbs(visitor, &breadcrumbs(details), &product.title),
        ],
        ..Head::default()
    }
}

/// Members of the European Union want the lowest price of the 30 days before beside a reduced one.
async fn lowest_price(
    visitor: &Visitor,
    ctx: &mut Ctx,
    chosen: Option<&Variant>,
    member: &MemberPrices,
) -> Result<Option<Money>, Problem> {
    let now = ctx.now();
    let Some(variant) = chosen.filter(|_| tax::in_european_union(visitor.store().country)) else {
        return Ok(None);
    };
    let mut lowest = if member.says_price_of(variant, now) {
        catalog::lowest_of_late(ctx, &[variant.id]).await?
    } else if variant.was_at(now).is_some() {
        catalog::lowest_prices(ctx, &[variant.id]).await?
    } else {
        return Ok(None);
    };
    Ok(lowest.remove(&variant.id))
}

/// The variant asked for, else the first that can be bought, else the first.
fn choose(details: &ProductDetails, wanted: Option<VariantId>) -> Option<&Variant> {
    let by_id = details.active_variants().find(|variant| Some(variant.id) == wanted);
    by_id
        .or_else(|| {
            details
                .active_variants()
                .find(|variant| variant.in_stock && variant.price.is_some())
        })
        .or_else(|| details.active_variants().next())
}

/// The way to the product's deepest category, as far as the product is in the categories above it too.
fn breadcrumbs(details: &ProductDetails) -> Vec<Crumb> {
    let way = |category: &catalog::Category| catalog::path_to(&details.categories, category.id).len();
    let deepest = details.categories.iter().max_by_key(|category| way(category));
    deepest
        .map(|category| list::crumbs(catalog::path_to(&details.categories, category.id)))
        .unwrap_or_default()
}

/// The chosen variant's picture first, then the others in the merchant's order.
fn images(details: &ProductDetails, chosen: Option<&Variant>) -> Vec<ImageView> {
    let first = chosen.map(|variant| variant.image_url.as_str()).unwrap_or_default();
    let mut images: Vec<&catalog::Image> = details.images.iter().collect();
    images.sort_by_key(|image| (image.url != first, image.position));
    images
        .into_iter()
        .map(|image| ImageView {
            url: image.url.clone(),
            alt: if image.alt.is_empty() {
                details.product.title.clone()
            } else {
                image.alt.clone()
            },
        })
        .collect()
}

/// A product's values in the reader's language.
fn attributes(visitor: &Visitor, shown: Vec<(String, AttributeValue)>) -> Vec<AttributeView> {
    let view = |(name, value)| {
        let mut link = String::new();
        let text = match value {
            AttributeValue::Text(text) => text,
            AttributeValue::Number(number, unit) => {
                let number = visitor.locale.format_number(number);
                if unit.is_empty() {
                    number
                } else {
                    format!("{number} {unit}")
                }
            }
            AttributeValue::Truth(true) => visitor.translate("product-yes", &[]),
            AttributeValue::Truth(false) => visitor.translate("product-no", &[]),
            AttributeValue::Date(day) => visitor.locale.format_date(day),
            AttributeValue::Link(address) => {
                link.clone_from(&address);
                address
            }
        };
        AttributeView { name, text, link }
    };
    shown.into_iter().map(view).collect()
}
