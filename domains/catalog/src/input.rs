//! The rules that texts, prices and options typed by staff have to keep, with the field that breaks them.

use std::collections::HashSet;

use chrono::Datelike as _;
use kernel::{CountryCode, Currency, FieldError, Invalid, Money, Sku, Slug, Time, slugify};
use serde_json::Value;

use crate::{Dimensions, Product, Rules, Variant};

/// The most characters of a title or name.
const TITLE: usize = 500;
/// The most characters of other short texts.
const SHORT: usize = 2_000;
/// The most characters of a description.
const LONG: usize = 500_000;
/// The most minor units that one price can be.
pub const HIGHEST_PRICE: i64 = 1_000_000_000_000;
/// The most products that go with one.
const RELATED: usize = 24;
/// The most tags of a product.
const TAGS: usize = 250;
/// The heaviest that a variant can be: a thousand tonnes.
const HEAVIEST_GRAMS: i64 = 1_000_000_000;

/// Whether products can be published then: what lies outside 1970 to 2199 is a slip of whoever typed it.
pub fn is_moment_of_sale(moment: Time) -> bool {
    (1970..=2199).contains(&moment.year())
}

/// Notes a text that is too long or holds characters that no text has.
pub fn check_text(invalid: &mut Invalid, field: &str, text: &str, most: usize) {
    if text.chars().count() > most {
        invalid.push(FieldError::new(
            field,
            "too_long",
            format!("may have at most {most} characters"),
        ));
    } else if text.contains('\0') {
        invalid.push(FieldError::new(
            field,
            "invalid_text",
            "may not hold the character zero",
        ));
    }
}

/// Everything that is wrong with rules.
pub(crate) fn rules_error(currency: Currency, rules: &Rules) -> Result<(), Invalid> {
    let mut invalid = Invalid::default();
    rules.check(&mut invalid, currency);
    invalid.into_result()
}

/// Notes a title that is missing or too long.
pub fn check_title(invalid: &mut Invalid, field: &str, title: &str) {
    if title.trim().is_empty() {
        invalid.push(FieldError::required(field));
    } else if title.chars().any(char::is_control) {
        invalid.push(FieldError::new(
            field,
            "invalid_text",
            "may not hold control characters",
        ));
    } else {
        check_text(invalid, field, title, TITLE);
    }
}

/// Notes descriptions and search-engine texts that are too long.
pub(crate) fn check_texts(invalid: &mut Invalid, description_html: &str, shorts: &[(&str, &str)]) {
    check_text(invalid, "description_html", description_html, LONG);
    for (field, text) in shorts {
        check_text(invalid, field, text, SHORT);
    }
}

/// Notes a size guide that is too long.
pub(crate) fn check_size_guide(invalid: &mut Invalid, html: &str) {
    check_text(invalid, "size_guide_html", html, LONG);
}

/// The slug as given, or one made of the title.
pub fn slug_or_made(invalid: &mut Invalid, given: Option<&str>, title: &str) -> Option<Slug> {
    match given.filter(|slug| !slug.is_empty()) {
        Some(slug) => invalid.check("slug", Slug::parse(slug)),
        None => {
            let made = slugify(title);
            if made.is_empty() && !title.trim().is_empty() {
                invalid.push(FieldError::new(
                    "slug",
                    "required",
                    "is required, because the title has no letters",
                ));
            }
            Slug::parse(&made).ok()
        }
    }
}

/// The slug of a change: as given, or made of the title when it was emptied; `None` when it stays as it is.
pub fn changed_slug(invalid: &mut Invalid, given: Option<&str>, title: &str) -> Option<Slug> {
    slug_or_made(invalid, Some(given?), title)
}

/// A product that goes with another is not there.
pub(crate) fn related_gone() -> Invalid {
    FieldError::new("related_ids", "gone", "one of them is gone").into()
}

fn check_related(invalid: &mut Invalid, product: &Product) {
    let mut seen = HashSet::new();
    check_count(invalid, "related_ids", product.related_ids.len());
    for (index, related) in product.related_ids.iter().enumerate() {
        let field = format!("related_ids.{index}");
        if *related == product.id {
            invalid.push(FieldError::new(field, "itself", "is the product itself"));
        } else if !seen.insert(*related) {
            invalid.push(repeated(field));
        }
    }
}

/// Notes that too many products are said to go with one.
pub(crate) fn check_count(invalid: &mut Invalid, field: &str, count: usize) {
    if count > RELATED {
        invalid.push(FieldError::new(field, "too_many", format!("may be at most {RELATED}")));
    }
}

/// A product is said twice to go with another.
pub(crate) fn repeated(field: String) -> FieldError {
    FieldError::new(field, "repeated", "is there twice")
}

/// Everything that is wrong with a product.
pub(crate) fn check_product(invalid: &mut Invalid, product: &Product) {
    check_title(invalid, "title", &product.title);
    let shorts = [
        ("short_description", product.short_description.as_str()),
        ("brand", &product.brand),
        ("vendor", &product.vendor),
        ("product_type", &product.product_type),
        ("seo_title", &product.seo_title),
        ("seo_description", &product.seo_description),
    ];
    check_texts(invalid, &product.description_html, &shorts);
    check_size_guide(invalid, &product.size_guide_html);
    if !product.canonical_url.is_empty() {
        check_address(invalid, "canonical_url", &product.canonical_url);
    }
    if product.published_at.is_some_and(|moment| !is_moment_of_sale(moment)) {
        invalid.push(FieldError::new(
            "published_at",
            "invalid_year",
            "must lie in the years 1970 to 2199",
        ));
    }
    check_related(invalid, product);
    if product.tags.len() > TAGS {
        invalid.push(FieldError::new("tags", "too_many", format!("may be at most {TAGS}")));
    }
    for (index, tag) in product.tags.iter().enumerate() {
        check_title(invalid, &format!("tags.{index}"), tag);
    }
    let mut names = HashSet::new();
    if product.option_names.len() > 3 {
        invalid.push(FieldError::new("option_names", "too_many", "may be at most 3"));
    }
    for (index, name) in product.option_names.iter().enumerate() {
        let field = format!("option_names.{index}");
        check_title(invalid, &field, name);
        if !names.insert(name) {
            invalid.push(FieldError::new(field, "repeated", "is there twice"));
        }
    }
    if product
        .attributes
        .iter()
        .any(|(name, value)| name.contains('\0') || holds_zero(value))
    {
        invalid.push(FieldError::new(
            "attributes",
            "invalid_text",
            "may not hold the character zero",
        ));
    }
}

fn holds_zero(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().any(holds_zero),
        Value::Object(fields) => fields
            .iter()
            .any(|(name, value)| name.contains('\0') || holds_zero(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Everything that is wrong with a variant of a product with that many options. Fields get `prefix` before them.
pub(crate) fn check_variant(invalid: &mut Invalid, prefix: &str, variant: &Variant, options: usize, store: Currency) {
    let mut found = Invalid::default();
    if variant.option_values.len() != options {
        let message = format!("must have one value for each of the product's {options} options");
        found.push(FieldError::new("option_values", "wrong_options", message));
    }
    for (index, value) in variant.option_values.iter().enumerate() {
        check_title(&mut found, &format!("option_values.{index}"), value);
    }
    // The only variant of an imported product may have none.
    if !(variant.title.is_empty() && variant.option_values.is_empty()) {
        check_title(&mut found, "title", &variant.title);
    }
    for (field, text) in [
        ("origin_country", &variant.origin_country),
        ("image_url", &variant.image_url),
    ] {
        check_text(&mut found, field, text, SHORT);
    }
    if !variant.origin_country.is_empty()
        && let Err(error) = CountryCode::parse_assigned(&variant.origin_country)
    {
        found.push(FieldError::new("origin_country", error.code, error.message));
    }
    if !(0..=HEAVIEST_GRAMS).contains(&variant.weight_grams) {
        let message = format!("must be a whole number between 0 and {HEAVIEST_GRAMS}");
        found.push(FieldError::new("weight_grams", "invalid_weight", message));
    }
    for (field, side) in variant.dimensions.sides() {
        if !(0..=Dimensions::LONGEST_MM).contains(&side) {
            let message = format!("must be a whole number between 0 and {}", Dimensions::LONGEST_MM);
            found.push(FieldError::new(field, "invalid_length", message));
        }
    }
    for (field, amount) in [
        ("price", variant.price),
        ("compare_at", variant.compare_at),
        ("cost", variant.cost),
        ("sale.price", variant.sale.map(|sale| sale.price)),
    ] {
        check_amount(&mut found, field, amount, store);
    }
    if let Some(sale) = variant.sale {
        if variant.price.is_none_or(|price| price.minor() < sale.price.minor()) {
            found.push(FieldError::new(
                "sale.price",
                "above_price",
                "must not be above the regular price",
            ));
        }
        if let (Some(start), Some(end)) = (sale.starts_at, sale.ends_at)
            && start >= end
        {
            found.push(FieldError::new(
                "sale.ends_at",
                "before_start",
                "must be after the start",
            ));
        }
    }
    for error in found.0 {
        invalid.push(if prefix.is_empty() { error } else { error.under(prefix) });
    }
}

/// Notes an amount that no price can be.
pub(crate) fn check_amount(invalid: &mut Invalid, field: &str, amount: Option<Money>, store: Currency) {
    let Some(amount) = amount else { return };
    if amount.currency() != store {
        let message = format!("must be in the store's currency, {}", store.code());
        invalid.push(FieldError::new(field, "wrong_currency", message));
    } else if amount.is_negative() {
        invalid.push(FieldError::new(field, "negative", "must not be below zero"));
    } else if amount.minor() > HIGHEST_PRICE {
        let message = format!("must not be above {HIGHEST_PRICE} minor units");
        invalid.push(FieldError::new(field, "too_high", message));
    }
}

/// The SKU as given; an empty one is none.
pub(crate) fn read_sku(invalid: &mut Invalid, field: &str, given: Option<&str>) -> Option<Sku> {
    let given = given.filter(|sku| !sku.trim().is_empty())?;
    invalid.check(field, Sku::parse(given))
}

/// The title of a variant: its own, or its option values, or `Default`.
pub(crate) fn variant_title(given: &str, option_values: &[String]) -> String {
    if !given.trim().is_empty() {
        given.trim().to_owned()
    } else if option_values.is_empty() {
        "Default".to_owned()
    } else {
        option_values.join(" / ")
    }
}

/// Pictures are addressed by a path of the store or by `https`.
pub(crate) fn check_image(invalid: &mut Invalid, prefix: &str, url: &str, alt: &str) {
    check_address(invalid, &format!("{prefix}.url"), url);
    check_text(invalid, &format!("{prefix}.alt"), alt, SHORT);
}

/// Everything that is wrong with the addresses and the title of an attachment.
pub(crate) fn check_attachment(invalid: &mut Invalid, urls: &[String], title: &str) {
    for (index, url) in urls.iter().enumerate() {
        check_address(invalid, &format!("urls.{index}"), url);
    }
    check_text(invalid, "title", title, TITLE);
}

/// Notes an address that is missing, or is neither a path of the store nor one of the web.
pub fn check_address(invalid: &mut Invalid, field: &str, url: &str) {
    let good =
        (url.starts_with('/') && !url.starts_with("//")) || url.starts_with("https://") || url.starts_with("http://");
    if url.is_empty() {
        invalid.push(FieldError::required(field));
    } else if !good || url.chars().any(|c| c.is_whitespace() || c.is_control()) {
        invalid.push(FieldError::new(
            field,
            "invalid_url",
            "must be a path that starts with / or an http address",
        ));
    } else {
        check_text(invalid, field, url, SHORT);
    }
}
