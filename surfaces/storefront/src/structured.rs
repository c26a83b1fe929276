//! What pages say to machines in the words of schema.org, as JSON-LD.

use std::collections::HashMap;

use catalog::{ProductDetails, Rating, Variant};
use inventory::Availability;
use kernel::{Address, Money, Store, Time, VariantId};
use reviews::Review;
use serde_json::{Map, Value, json};
use web::Visitor;

use crate::{
    head::{absolute, path_of},
    list::Crumb,
};

/// How many variants are told one by one; of more only the range of prices is.
pub(crate) const MOST_OFFERS: usize = 100;

/// A block of data as the text of a `<script>`: nothing in it can end the element.
pub(crate) fn script_text(data: &Value) -> String {
    data.to_string()
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

/// The business, and how its site is searched.
pub(crate) fn site(visitor: &Visitor, logo: &str) -> Vec<Value> {
    let store = visitor.store();
    let home = visitor.absolute_url("/");
    let mut business = object(json!({
        "@context": "https://schema.org",
        "@type": "Organization",
        "name": store.name,
        "url": home,
        "logo": logo,
        "email": store.email.as_str(),
    }));
    if let Some(address) = &store.address {
        business.insert("address".to_owned(), postal(address));
    }
    let search = visitor.absolute_url("/search?q={search_term_string}");
    let site = json!({
        "@context": "https://schema.org",
        "@type": "WebSite",
        "name": store.name,
        "url": home,
        "inLanguage": visitor.locale.code(),
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": search},
            "query-input": "required name=search_term_string",
        },
    });
    vec![Value::Object(business), site]
}

/// The way from the home page to this one.
pub(crate) fn breadcrumbs(visitor: &Visitor, crumbs: &[Crumb], current: &str) -> Value {
    let home = visitor.translate("nav-home", &[]);
    let above = [(home.as_str(), "/")].into_iter();
    let above = above.chain(crumbs.iter().map(|crumb| (crumb.name.as_str(), crumb.url.as_str())));
    let mut entries: Vec<Value> = (1..)
        .zip(above)
        .map(|(position, (name, url))| {
            json!({"@type": "ListItem", "position": position, "name": name, "item": absolute(visitor, url)})
        })
        .collect();
    entries.push(json!({"@type": "ListItem", "position": entries.len() + 1, "name": current}));
    json!({"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": entries})
}

/// A product with an offer for each variant.
pub(crate) fn product(
    visitor: &Visitor,
    details: &ProductDetails,
    stock: &HashMap<VariantId, Availability>,
    now: Time,
) -> Value {
    let product = &details.product;
    let page = visitor.absolute_url(&path_of("/products", product.slug.as_str()));
    let images: Vec<String> = details
        .images
        .iter()
        .map(|image| absolute(visitor, &image.url))
        .collect();
    let description = [
        product.short_description.clone(),
        catalog::plain_text(&product.description_html),
    ];
    let mut about = object(json!({
        "@context": "https://schema.org",
        "@type": "Product",
        "name": product.title,
        "url": page,
    }));
    let mut say = |name: &str, value: Value| about.insert(name.to_owned(), value);
    if let Some(description) = description.into_iter().find(|text| !text.is_empty()) {
        say("description", description.into());
    }
    if !images.is_empty() {
        say("image", images.into());
    }
    if !product.brand.is_empty() {
        say("brand", json!({"@type": "Brand", "name": product.brand}));
    }
    let mut variants = details.active_variants();
    if let (Some(only), None) = (variants.next(), variants.next()) {
        numbers(only).into_iter().for_each(|(name, value)| {
            say(name, value.into());
        });
        if let Some(mpn) = product.mpn() {
            say("mpn", mpn.into());
        }
    }
    if let Some(offers) = offers(visitor.store(), &page, details, stock, now) {
        say("offers", offers);
    }
    Value::Object(about)
}

/// Says of the product, the first of the data, what shoppers think of it, and what some of them say.
pub(crate) fn rate(data: &mut [Value], rating: &Rating, told: &[Review]) {
    let (Some(Value::Object(about)), Some(average)) = (data.first_mut(), rating.average()) else {
        return;
    };
    let aggregate = json!({
        "@type": "AggregateRating",
        "ratingValue": average.to_string(),
        "bestRating": "5",
        "worstRating": "1",
        "reviewCount": rating.count(),
    });
    about.insert("aggregateRating".to_owned(), aggregate);
    let review = |review: &Review| {
        let mut said = object(json!({
            "@type": "Review",
            "author": {"@type": "Person", "name": review.author},
            "datePublished": review.created_at.format("%Y-%m-%d").to_string(),
            "reviewBody": review.body,
            "reviewRating": {"@type": "Rating", "ratingValue": review.stars, "bestRating": 5, "worstRating": 1},
        }));
        if !review.title.is_empty() {
            said.insert("name".to_owned(), review.title.clone().into());
        }
        Value::Object(said)
    };
    if !told.is_empty() {
        about.insert("review".to_owned(), told.iter().map(review).collect());
    }
}

/// What can be bought, and for how much; nothing when nothing has a price.
fn offers(
    store: &Store,
    page: &str,
    details: &ProductDetails,
    stock: &HashMap<VariantId, Availability>,
    now: Time,
) -> Option<Value> {
    let priced: Vec<(&Variant, Money)> = details
        .active_variants()
        .filter_map(|variant| Some((variant, variant.price_at(now)?)))
        .collect();
    if priced.len() > MOST_OFFERS {
        let lowest = priced.iter().min_by_key(|(_, price)| price.minor())?.1;
        let highest = priced.iter().max_by_key(|(_, price)| price.minor())?.1;
        let can_buy = priced.iter().any(|(variant, _)| variant.in_stock);
        return Some(json!({
            "@type": "AggregateOffer",
            "url": page,
            "offerCount": priced.len(),
            "lowPrice": lowest.to_decimal().to_string(),
            "highPrice": highest.to_decimal().to_string(),
            "priceCurrency": lowest.currency().code(),
            "availability": availability(can_buy),
        }));
    }
    let offers: Vec<Value> = priced
        .into_iter()
        .map(|(variant, price)| {
            let can_buy = stock
                .get(&variant.id)
                .map_or(variant.in_stock, |stock| stock.can_sell(1));
            offer(store, page, (variant, price), can_buy, now)
        })
        .collect();
    (!offers.is_empty()).then_some(Value::Array(offers))
}

fn offer(store: &Store, page: &str, (variant, price): (&Variant, Money), can_buy: bool, now: Time) -> Value {
    let mut offer = object(json!({
        "@type": "Offer",
        "url": format!("{page}?variant={}", variant.id),
        "price": price.to_decimal().to_string(),
        "priceCurrency": price.currency().code(),
        "availability": availability(can_buy),
        "itemCondition": "https://schema.org/NewCondition",
        "seller": {"@type": "Organization", "name": store.name},
    }));
    if !variant.title.is_empty() {
        offer.insert("name".to_owned(), variant.title.clone().into());
    }
    for (name, value) in numbers(variant) {
        offer.insert(name.to_owned(), value.into());
    }
    let ends = variant
        .sale
        .as_ref()
        .filter(|sale| sale.is_on(now))
        .and_then(|sale| sale.ends_at);
    if let Some(ends) = ends {
        offer.insert("priceValidUntil".to_owned(), ends.format("%Y-%m-%d").to_string().into());
    }
    Value::Object(offer)
}

/// The merchant's number and the world's, where the variant has them.
fn numbers(variant: &Variant) -> Vec<(&'static str, String)> {
    let sku = variant.sku.as_ref().map(|sku| ("sku", sku.to_string()));
    let gtin = catalog::gtin(&variant.barcode).map(|gtin| ("gtin", gtin.to_owned()));
    sku.into_iter().chain(gtin).collect()
}

fn availability(can_buy: bool) -> &'static str {
    if can_buy {
        "https://schema.org/InStock"
    } else {
        "https://schema.org/OutOfStock"
    }
}

fn postal(address: &Address) -> Value {
    let parts = [
        ("streetAddress", &address.line1),
        ("addressLocality", &address.city),
        ("addressRegion", &address.state),
        ("postalCode", &address.postal_code),
    ];
    let mut postal = object(json!({"@type": "PostalAddress", "addressCountry": address.country.as_str()}));
    for (name, value) in parts.into_iter().filter(|(_, value)| !value.is_empty()) {
        postal.insert(name.to_owned(), value.clone().into());
    }
    Value::Object(postal)
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_the_script() {
        let title = "</script><script>alert(1)</script><!-- & \u{2028} \"quoted\" \\";
        let data = json!({"name": title});
        let text = script_text(&data);
        assert!(!text.contains(['<', '>', '&', '\u{2028}']), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), data);
    }
}
