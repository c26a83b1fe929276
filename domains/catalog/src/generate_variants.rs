//! Staff make every combination of a product's options at once.

use database::{Ctx, OnConstraint as _};
use kernel::{Invalid, Money, Permission, ProductId};

use crate::{
    Axis, MOST_VARIANTS, NewVariant, Product, Variant,
    axes::{carried, checked, missing, too_many, with_changes},
    events::ProductChanged,
    input::check_variant,
    store,
};

/// The combinations to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GenerateVariants {
    /// The product.
    pub product_id: ProductId,
    /// The version the change was made on; `None` takes any.
    pub expected_version: Option<i64>,
    /// One to three; they take the place of the product's options.
    pub axes: Vec<Axis>,
    /// The price of the new ones; `None` is that of the product's first variant.
    pub price: Option<Money>,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Generated {
    /// How many variants are new.
    pub made: usize,
    /// The product's version now.
    pub version: i64,
}

/// Why combinations are not made.
#[derive(Debug, thiserror::Error)]
pub enum GenerateVariantsError {
    /// The actor may not change the catalogue.
    #[error(transparent)]
    Forbidden(#[from] kernel::Forbidden),
    /// There is no such product.
    #[error("there is no such product")]
    NotFound,
    /// Somebody else changed the product since.
    #[error("the product was changed since and has version {current} now")]
    VersionConflict {
        /// The version it has now.
        current: i64,
    },
    /// Fields break a rule.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// Two variants of the product would have the same option values.
    #[error("two variants would have the same option values")]
    OptionsTaken,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// Makes the combinations that are not there yet, after the variants that are, like the product's first
/// variant. Variants that are there keep their options under the new axes, with the first value of
/// an axis that is new; those that cannot, because an option fell away, are taken off sale.
pub async fn generate_variants(ctx: &mut Ctx, wanted: GenerateVariants) -> Result<Generated, GenerateVariantsError> {
    ctx.require(Permission::WriteCatalog)?;
    let product = store::products::lock(ctx, wanted.product_id)
        .await?
        .ok_or(GenerateVariantsError::NotFound)?;
    if wanted
        .expected_version
        .is_some_and(|version| version != product.version)
    {
        return Err(GenerateVariantsError::VersionConflict {
            current: product.version,
        });
    }
    let axes = checked(wanted.axes)?;
    let before = store::variants::list_of_product(ctx, product.id).await?;
    let model = model(ctx, &product, before.first(), wanted.price);
    let moved = carried(&axes, &product.option_names, &before);
    let there = with_changes(before, &moved);
    let new = missing(&axes, &there, &model, &mut || ctx.new_id());
    let mut invalid = Invalid::default();
    if there.len().saturating_add(new.len()) > MOST_VARIANTS {
        invalid.push(too_many());
    }
    if let Some(first) = new.first() {
        check_variant(&mut invalid, "", first, axes.len(), ctx.currency());
    }
    invalid.into_result()?;
    let after = Product {
        option_names: axes.into_iter().map(|axis| axis.name).collect(),
        ..product
    };
    write(ctx, &after, &moved, &new)
        .await
        .on_constraint("variants_option_values_key", || GenerateVariantsError::OptionsTaken)?;
    ctx.publish(&ProductChanged {
        product_id: after.id,
        slug: after.slug,
    })
    .await?;
    Ok(Generated {
        made: new.len(),
        version: after.version.saturating_add(1),
    })
}

async fn write(ctx: &mut Ctx, after: &Product, moved: &[Variant], new: &[Variant]) -> Result<(), database::Error> {
    store::products::update(ctx, after).await?;
    if !moved.is_empty() {
        store::variants::update(ctx, moved).await?;
    }
    store::upsert::retire_misfits_of(ctx, &[after.id]).await?;
    store::variants::insert(ctx, new).await?;
    store::refresh::products(ctx, &[after.id]).await
}

/// What new variants are like: the first one, without what is only its own, or a blank one. Another price than the first
/// one's does not go with the first one's reductions.
fn model(ctx: &Ctx, product: &Product, first: Option<&Variant>, price: Option<Money>) -> Variant {
    let blank = NewVariant::default().to_variant(ctx.new_id(), product.id, 0, &mut Invalid::default(), "");
    let model = first.map_or(blank, |first| Variant {
        sku: None,
        barcode: String::new(),
        image_url: String::new(),
        active: true,
        in_stock: true,
        version: 1,
        ..first.clone()
    });
    if price.is_none() || price == model.price {
        model
    } else {
        Variant {
            price,
            sale: None,
            compare_at: None,
            ..model
        }
    }
}
