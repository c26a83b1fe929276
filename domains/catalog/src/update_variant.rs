//! Staff change a variant.

use database::{Ctx, OnConstraint as _};
use kernel::{Invalid, Money, Permission, VariantId};

use crate::{
    Dimensions, Measure, Product, Sale, Variant, codes,
    events::ProductChanged,
    input::{check_variant, read_sku, variant_title},
    store,
};

/// New values of some of a variant's fields; what is `None` stays, `Some(None)` takes a value away.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VariantChanges {
    /// Its name; an empty one is made from the option values.
    pub title: Option<String>,
    /// The merchant's own number; empty is none.
    pub sku: Option<Option<String>>,
    /// EAN, UPC, ISBN or the like.
    pub barcode: Option<String>,
    /// One value for each of the product's option names.
    pub option_values: Option<Vec<String>>,
    /// The regular price.
    pub price: Option<Option<Money>>,
    /// A higher price to compare with.
    pub compare_at: Option<Option<Money>>,
    /// What it cost the store.
    pub cost: Option<Option<Money>>,
    /// A lower price for a while.
    pub sale: Option<Option<Sale>>,
    /// Weight, for shipping.
    pub weight_grams: Option<i64>,
    /// The longest side.
    pub length_mm: Option<i64>,
    /// The side across.
    pub width_mm: Option<i64>,
    /// From top to bottom.
    pub height_mm: Option<i64>,
    /// How much is in it, for its base price.
    pub measure: Option<Option<Measure>>,
    /// The customs tariff number.
    pub hs_code: Option<String>,
    /// The two-letter code of the country it was made in.
    pub origin_country: Option<String>,
    /// The row of the tax tables it falls under.
    pub tax_category: Option<String>,
    /// Whether tax is due on it at all.
    pub taxable: Option<bool>,
    /// Whether it goes into a parcel.
    pub requires_shipping: Option<bool>,
    /// Whether shoppers can choose it.
    pub active: Option<bool>,
    /// Its own picture.
    pub image_url: Option<String>,
    /// Its place among the product's variants.
    pub position: Option<i32>,
}

/// A change of a variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateVariant {
    /// Which.
    pub id: VariantId,
    /// The version the change was made on; `None` takes any.
    pub expected_version: Option<i64>,
    /// The new values.
    pub changes: VariantChanges,
}

/// Why a variant is not changed.
#[derive(Debug, thiserror::Error)]
pub enum UpdateVariantError {
    /// The actor may not change the catalogue.
    #[error(transparent)]
    Forbidden(#[from] kernel::Forbidden),
    /// There is no such variant.
    #[error("there is no such variant")]
    NotFound,
    /// Somebody else changed it since.
    #[error("the variant was changed since and has version {current} now")]
    VersionConflict {
        /// The version it has now.
        current: i64,
    },
    /// Fields break a rule.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// Another variant has the SKU.
    #[error("another variant has that SKU")]
    SkuTaken,
    /// Another variant of the product has the same option values.
    #[error("another variant of the product has the same option values")]
    OptionsTaken,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// Changes the variant and answers with it as it is then. Locks the product first, as every change of its variants does, and
/// leaves it with another version.
pub async fn update_variant(ctx: &mut Ctx, update: UpdateVariant) -> Result<Variant, UpdateVariantError> {
    ctx.require(Permission::WriteCatalog)?;
    let seen = store::variants::find(ctx, update.id)
        .await?
        .ok_or(UpdateVariantError::NotFound)?;
    let product = store::products::lock(ctx, seen.product_id)
        .await?
        .ok_or(UpdateVariantError::NotFound)?;
    let before = store::variants::lock(ctx, update.id)
        .await?
        .ok_or(UpdateVariantError::NotFound)?;
    if update.expected_version.is_some_and(|version| version != before.version) {
        return Err(UpdateVariantError::VersionConflict {
            current: before.version,
        });
    }
    let mut invalid = Invalid::default();
    let after = changed(&before, update.changes, &mut invalid);
    let options = options_to_fit(&before, &after, &product);
    check_variant(&mut invalid, "", &after, options, ctx.currency());
    invalid.into_result()?;
    store::variants::update(ctx, std::slice::from_ref(&after))
        .await
        .or_else(|error| match error.constraint() {
            Some("variants_option_values_key") => Err(UpdateVariantError::OptionsTaken),
            Some(_) | None => Err(error).on_constraint("variants_sku_key", || UpdateVariantError::SkuTaken),
        })?;
    store::products::raise_version(ctx, product.id).await?;
    store::refresh::products(ctx, &[product.id]).await?;
    ctx.publish(&ProductChanged {
        product_id: product.id,
        slug: product.slug,
    })
    .await?;
    Ok(Variant {
        version: after.version.saturating_add(1),
        ..after
    })
}

/// How many option values the variant needs. One that is off sale may keep those of options the product no longer has.
pub(crate) fn options_to_fit(before: &Variant, after: &Variant, product: &Product) -> usize {
    if !after.active && after.option_values == before.option_values {
        after.option_values.len()
    } else {
        product.option_names.len()
    }
}

pub(crate) fn changed(was: &Variant, changes: VariantChanges, invalid: &mut Invalid) -> Variant {
    let before = was.clone();
    let option_values = changes.option_values.unwrap_or(before.option_values);
    let sku = match changes.sku {
        None => before.sku,
        Some(given) => read_sku(invalid, "sku", given.as_deref()),
    };
    let after = Variant {
        title: changes
            .title
            .map_or(before.title, |title| variant_title(&title, &option_values)),
        sku,
        barcode: changes.barcode.unwrap_or(before.barcode),
        option_values,
        price: changes.price.unwrap_or(before.price),
        compare_at: changes.compare_at.unwrap_or(before.compare_at),
        cost: changes.cost.unwrap_or(before.cost),
        sale: changes.sale.unwrap_or(before.sale),
        weight_grams: changes.weight_grams.unwrap_or(before.weight_grams),
        dimensions: Dimensions {
            length_mm: changes.length_mm.unwrap_or(before.dimensions.length_mm),
            width_mm: changes.width_mm.unwrap_or(before.dimensions.width_mm),
            height_mm: changes.height_mm.unwrap_or(before.dimensions.height_mm),
        },
        measure: changes.measure.unwrap_or(before.measure),
        hs_code: changes.hs_code.unwrap_or(before.hs_code),
        origin_country: changes.origin_country.unwrap_or(before.origin_country),
        tax_category: changes.tax_category.unwrap_or(before.tax_category),
        taxable: changes.taxable.unwrap_or(before.taxable),
        requires_shipping: changes.requires_shipping.unwrap_or(before.requires_shipping),
        active: changes.active.unwrap_or(before.active),
        image_url: changes.image_url.unwrap_or(before.image_url),
        position: changes.position.unwrap_or(before.position),
        ..before
    };
    codes::note(invalid, &after, Some(was));
    after
}
