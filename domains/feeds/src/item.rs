//! A variant as an item of a feed, by the product data specifications of Google Merchant Center and of Meta's catalogue.

use std::collections::HashMap;

use catalog::{MeasureUnit, ProductDetails, Variant};
use inventory::Availability;
use kernel::{CategoryId, Money, MoneyError, Print, Store, Time, VariantId};
use tax::{TaxCode, TaxFacts};

use crate::{Reader, sitemap::escaped, tax_in_price::price_to_tell, xml::element};

/// The most characters of each text.
const TITLE: usize = 150;
const DESCRIPTION: usize = 5_000;
const SHORT: usize = 70;
const LONG: usize = 750;
/// The most pictures besides the first.
const MORE_PICTURES: usize = 10;
/// What options are called that the feed has a name of its own for, in the languages of the stores.
const OPTIONS: [(&str, &[&str]); 3] = [
    ("g:color", &["color", "colour", "warna"]),
    ("g:size", &["size", "ukuran"]),
    ("g:material", &["material", "bahan"]),
];

/// What all items are written from.
pub(crate) struct Source<'a> {
    pub(crate) reader: Reader,
    pub(crate) store: &'a Store,
    pub(crate) store_url: &'a str,
    pub(crate) facts: &'a TaxFacts,
    /// The way to each category in words.
    pub(crate) paths: &'a HashMap<CategoryId, String>,
    pub(crate) stock: &'a HashMap<VariantId, Availability>,
    pub(crate) now: Time,
}

/// A price, and the sale price below it with the time it lasts.
struct Prices {
    regular: Money,
    sale: Option<Money>,
    sale_window: Option<(Time, Time)>,
}

/// Adds an item for each variant that has what every item must have: a price, and a picture.
pub(crate) fn write(out: &mut Vec<u8>, source: &Source<'_>, details: &ProductDetails) {
    for variant in details.active_variants() {
        let pictures = pictures(source, details, variant);
        let Ok(Some(prices)) = prices(source, variant) else {
            continue;
        };
        if !pictures.is_empty() {
            out.extend_from_slice(b"<item>\n");
            describe(out, source, (details, variant), &pictures);
            sell(out, source, variant, &prices);
            identify(out, source, details, variant);
            classify(out, source, (details, variant));
            out.extend_from_slice(b"</item>\n");
        }
    }
}

fn describe(
    out: &mut Vec<u8>,
    source: &Source<'_>,
    (details, variant): (&ProductDetails, &Variant),
    pictures: &[String],
) {
    let product = &details.product;
    let title = if variant.title.is_empty() {
        product.title.clone()
    } else {
        format!("{} – {}", product.title, variant.title)
    };
    let description = [
        catalog::plain_text(&product.description_html),
        product.short_description.clone(),
        product.title.clone(),
    ];
    let description = description.iter().find(|text| !text.is_empty());
    let page = format!("{}/products/{}", source.store_url, escaped(product.slug.as_str()));
    element(out, "g:id", &variant.id.to_string());
    element(out, "g:title", cut(&title, TITLE));
    element(
        out,
        "g:description",
        cut(description.map_or("", String::as_str), DESCRIPTION),
    );
    element(out, "g:link", &format!("{page}?variant={}", variant.id));
    if source.reader == Reader::Google {
        element(out, "g:canonical_link", &page);
    }
    for (name, picture) in ["g:image_link"]
        .into_iter()
        .chain(std::iter::repeat("g:additional_image_link"))
        .zip(pictures.iter().take(1 + MORE_PICTURES))
    {
        element(out, name, picture);
    }
}

fn sell(out: &mut Vec<u8>, source: &Source<'_>, variant: &Variant, prices: &Prices) {
    let stock = source.stock.get(&variant.id);
    let can_buy = stock.is_none_or(|stock| stock.can_sell(1));
    let availability = match (source.reader, can_buy) {
        (Reader::Google, true) => "in_stock",
        (Reader::Google, false) => "out_of_stock",
        (Reader::Meta, true) => "in stock",
        (Reader::Meta, false) => "out of stock",
    };
    element(out, "g:availability", availability);
    element(out, "g:price", &told(prices.regular));
    if let Some(sale) = prices.sale {
        element(out, "g:sale_price", &told(sale));
    }
    if let Some((start, end)) = prices.sale_window {
        let moment = |time: Time| time.format("%Y-%m-%dT%H:%MZ").to_string();
        element(
            out,
            "g:sale_price_effective_date",
            &format!("{}/{}", moment(start), moment(end)),
        );
    }
    if let (Reader::Google, Some(measure)) = (source.reader, variant.measure) {
        let told = |amount: catalog::Amount| format!("{} {}", amount.number(), unit_of_google(amount.unit()));
        element(out, "g:unit_pricing_measure", &told(measure.amount()));
        element(out, "g:unit_pricing_base_measure", &told(measure.base()));
    }
    element(out, "g:condition", "new");
    if variant.requires_shipping && variant.weight_grams > 0 {
        element(out, "g:shipping_weight", &format!("{} g", variant.weight_grams));
    }
}

fn unit_of_google(unit: MeasureUnit) -> &'static str {
    match unit {
        MeasureUnit::CubicMetre => "cbm",
        MeasureUnit::SquareMetre => "sqm",
        MeasureUnit::Piece => "ct",
        _ => unit.as_str(),
    }
}

/// What says which product of the world it is: the maker with a number of the world's or of the maker's own. Meta takes
/// nothing without one of them; what has none is the store's own.
fn identify(out: &mut Vec<u8>, source: &Source<'_>, details: &ProductDetails, variant: &Variant) {
    let brand = details.product.brand.trim();
    let gtin = catalog::gtin(&variant.barcode);
    // The maker gives each variant a number of its own.
    let mpn = details.product.mpn().filter(|_| details.active_variants().count() == 1);
    let is_nameless = brand.is_empty() && gtin.is_none() && mpn.is_none();
    if !brand.is_empty() {
        element(out, "g:brand", cut(brand, SHORT));
    } else if source.reader == Reader::Meta && is_nameless {
        element(out, "g:brand", cut(&source.store.name, SHORT));
    }
    if let Some(gtin) = gtin {
        element(out, "g:gtin", gtin);
    }
    if let Some(mpn) = mpn {
        element(out, "g:mpn", cut(mpn, SHORT));
    }
    if source.reader == Reader::Google && gtin.is_none() && (mpn.is_none() || brand.is_empty()) {
        element(out, "g:identifier_exists", "no");
    }
}

/// Where it belongs: the longest way to one of its categories, and what sets it apart from its siblings.
fn classify(out: &mut Vec<u8>, source: &Source<'_>, (details, variant): (&ProductDetails, &Variant)) {
    let ways = details.categories.iter();
    let ways = ways.filter_map(|category| source.paths.get(&category.id));
    if let Some(way) = ways.max_by_key(|way| way.matches(" > ").count()) {
        element(out, "g:product_type", cut(way, LONG));
    }
    if details.active_variants().count() > 1 {
        element(out, "g:item_group_id", &details.product.id.to_string());
    }
    for (name, value) in details.product.option_names.iter().zip(&variant.option_values) {
        let name = name.to_lowercase();
        if let Some((tag, _)) = OPTIONS.iter().find(|(_, names)| names.contains(&name.as_str())) {
            element(out, tag, cut(value, SHORT));
        }
    }
}

/// The variant's own picture first, each with the address that others find it at.
fn pictures(source: &Source<'_>, details: &ProductDetails, variant: &Variant) -> Vec<String> {
    let own = Some(variant.image_url.as_str()).filter(|url| !url.is_empty());
    let all = details.images.iter().map(|image| image.url.as_str());
    let mut pictures: Vec<&str> = own.into_iter().collect();
    pictures.extend(all.filter(|url| Some(*url) != own));
    let absolute = |url: &str| {
        let url = if is_read(source.reader, url) {
            url.to_owned()
        } else {
            Print::Plain.url(url)?
        };
        Some(if url.starts_with('/') {
            format!("{}{url}", source.store_url)
        } else {
            url
        })
    };
    pictures.into_iter().filter_map(absolute).collect()
}

/// Neither reads drawings, and Meta reads JPEG and PNG only; of what else the store has a print is told, or nothing.
fn is_read(reader: Reader, url: &str) -> bool {
    let unread: &[&str] = match reader {
        Reader::Google => &[".svg"],
        Reader::Meta => &[".svg", ".webp", ".gif", ".avif"],
    };
    !unread.iter().any(|ending| url.ends_with(ending))
}

fn prices(source: &Source<'_>, variant: &Variant) -> Result<Option<Prices>, MoneyError> {
    let code = variant.taxable.then(|| TaxCode::of_goods(&variant.tax_category));
    let tell = |price: Money| price_to_tell(price, source.store, source.facts, code.as_ref());
    let Some(to_pay) = variant.price_at(source.now) else {
        return Ok(None);
    };
    let was = variant.was_at(source.now);
    let on = variant.sale.as_ref().filter(|sale| sale.is_on(source.now));
    Ok(Some(Prices {
        regular: tell(was.unwrap_or(to_pay))?,
        sale: was.map(|_| tell(to_pay)).transpose()?,
        sale_window: on
            .filter(|_| was.is_some())
            .and_then(|sale| sale.starts_at.zip(sale.ends_at)),
    }))
}

/// A price such as `19.90 USD`.
fn told(price: Money) -> String {
    format!("{} {}", price.to_decimal(), price.currency().code())
}

/// The first characters.
fn cut(text: &str, most: usize) -> &str {
    match text.char_indices().nth(most) {
        Some((at, _)) => text.get(..at).unwrap_or_default().trim_end(),
        None => text,
    }
}
