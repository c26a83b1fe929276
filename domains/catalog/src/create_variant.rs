//! Staff add a variant to a product.

use database::{Ctx, OnConstraint as _};
use kernel::{Invalid, Money, Permission, ProductId, VariantId};

use crate::{
    Dimensions, Measure, Sale, Variant, codes,
    events::ProductChanged,
    input::{check_variant, read_sku, variant_title},
    store,
};

/// A variant to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewVariant {
    /// Its name; made from the option values when it is empty.
    pub title: String,
    /// The merchant's own number; empty is none.
    pub sku: Option<String>,
    /// EAN, UPC, ISBN or the like.
    pub barcode: String,
    /// One value for each of the product's option names.
    pub option_values: Vec<String>,
    /// The regular price. Without one the variant is shown but not for sale.
    pub price: Option<Money>,
    /// A higher price to compare with.
    pub compare_at: Option<Money>,
    /// What it cost the store.
    pub cost: Option<Money>,
    /// A lower price for a while.
    pub sale: Option<Sale>,
    /// Weight, for shipping.
    pub weight_grams: i64,
    /// Size, for shipping.
    pub dimensions: Dimensions,
    /// How much is in it, for its base price.
    pub measure: Option<Measure>,
    /// The customs tariff number.
    pub hs_code: String,
    /// The two-letter code of the country it was made in, or empty.
    pub origin_country: String,
    /// The row of the tax tables it falls under.
    pub tax_category: String,
    /// Whether tax is due on it at all.
    pub taxable: bool,
    /// Whether it goes into a parcel.
    pub requires_shipping: bool,
    /// Whether shoppers can choose it.
    pub active: bool,
    /// Its own picture, or empty.
    pub image_url: String,
}

impl Default for NewVariant {
    fn default() -> Self {
        Self {
            title: String::new(),
            sku: None,
            barcode: String::new(),
            option_values: Vec::new(),
            price: None,
            compare_at: None,
            cost: None,
            sale: None,
            weight_grams: 0,
            dimensions: Dimensions::default(),
            measure: None,
            hs_code: String::new(),
            origin_country: String::new(),
            tax_category: "standard".to_owned(),
            taxable: true,
            requires_shipping: true,
            active: true,
            image_url: String::new(),
        }
    }
}

impl NewVariant {
    /// The variant it will be. A SKU that is none is noted under `prefix`.
    pub(crate) fn to_variant(
        &self,
        id: VariantId,
        product_id: ProductId,
        position: i32,
        invalid: &mut Invalid,
        prefix: &str,
    ) -> Variant {
        let sku_field = if prefix.is_empty() {
            "sku".to_owned()
        } else {
            format!("{prefix}.sku")
        };
        let variant = Variant {
            id,
            product_id,
            position,
            title: variant_title(&self.title, &self.option_values),
            sku: read_sku(invalid, &sku_field, self.sku.as_deref()),
            barcode: self.barcode.clone(),
            option_values: self.option_values.clone(),
            price: self.price,
            compare_at: self.compare_at,
            cost: self.cost,
            sale: self.sale,
            weight_grams: self.weight_grams,
            dimensions: self.dimensions,
            measure: self.measure,
            hs_code: self.hs_code.clone(),
            origin_country: self.origin_country.clone(),
            tax_category: self.tax_category.clone(),
            taxable: self.taxable,
            requires_shipping: self.requires_shipping,
            active: self.active,
            image_url: self.image_url.clone(),
            quantity_rule: None,
            in_stock: true,
            version: 1,
        };
        let mut wrong = Invalid::default();
        codes::note(&mut wrong, &variant, None);
        for error in wrong.0 {
            invalid.push(if prefix.is_empty() { error } else { error.under(prefix) });
        }
        variant
    }
}

/// Why a variant is not made.
#[derive(Debug, thiserror::Error)]
pub enum CreateVariantError {
    /// The actor may not change the catalogue.
    #[error(transparent)]
    Forbidden(#[from] kernel::Forbidden),
    /// There is no such product.
    #[error("there is no such product")]
    NotFound,
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

/// Adds the variant after the others.
pub async fn create_variant(
    ctx: &mut Ctx,
    product_id: ProductId,
    new: NewVariant,
) -> Result<Variant, CreateVariantError> {
    ctx.require(Permission::WriteCatalog)?;
    let product = store::products::lock(ctx, product_id)
        .await?
        .ok_or(CreateVariantError::NotFound)?;
    let others = store::variants::list_of_product(ctx, product_id).await?;
    let position = others
        .iter()
        .map(|variant| variant.position)
        .max()
        .map_or(0, |last| last.saturating_add(1));
    let mut invalid = Invalid::default();
    let variant = new.to_variant(ctx.new_id(), product_id, position, &mut invalid, "");
    check_variant(&mut invalid, "", &variant, product.option_names.len(), ctx.currency());
    invalid.into_result()?;
    if others.iter().any(|other| other.option_values == variant.option_values) {
        return Err(CreateVariantError::OptionsTaken);
    }
    store::variants::insert(ctx, std::slice::from_ref(&variant))
        .await
        .on_constraint("variants_sku_key", || CreateVariantError::SkuTaken)?;
    store::products::raise_version(ctx, product_id).await?;
    store::refresh::products(ctx, &[product_id]).await?;
    ctx.publish(&ProductChanged {
        product_id,
        slug: product.slug,
    })
    .await?;
    Ok(variant)
}
