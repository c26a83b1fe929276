//! The statements for what few files say of products and variants: none is sent for a batch that says nothing of it.

use database::{Ctx, Error};
use kernel::{ProductId, VariantId};
use serde::Serialize;

use crate::{Amount, Measure, UpsertProduct, UpsertVariant, upsert_plan::Plan};

database::statements! {
    /// What is given of products.
    WRITE_PRODUCT_EXTRAS = "UPDATE catalog.products p SET canonical_url = coalesce(n.canonical_url, p.canonical_url), \
           size_guide_html = coalesce(n.size_guide_html, p.size_guide_html), \
           personal_fields = coalesce(n.personal_fields::jsonb, p.personal_fields), \
           quantity_rule = coalesce(n.quantity_rule::jsonb, p.quantity_rule) \
         FROM UNNEST($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[]) \
           AS n (id, canonical_url, size_guide_html, personal_fields, quantity_rule) \
         WHERE p.store_id = $1 AND p.id = n.id";

    /// What is given of variants.
    WRITE_VARIANT_EXTRAS = "UPDATE catalog.variants v SET origin_country = coalesce(nullif(n.origin_country, ''), v.origin_country), \
           quantity_rule = coalesce(n.quantity_rule::jsonb, v.quantity_rule), \
           measure = coalesce(n.measure, v.measure), measure_base = coalesce(n.measure_base, v.measure_base) \
         FROM UNNEST($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[]) \
           AS n (id, origin_country, quantity_rule, measure, measure_base) \
         WHERE v.store_id = $1 AND v.id = n.id";
}

pub(crate) async fn write(ctx: &mut Ctx, products: &[UpsertProduct], plan: &Plan) -> Result<(), Error> {
    write_products(ctx, products, plan).await?;
    write_variants(ctx, products, plan).await
}

async fn write_products(ctx: &mut Ctx, products: &[UpsertProduct], plan: &Plan) -> Result<(), Error> {
    let mut ids: Vec<ProductId> = Vec::new();
    let (mut addresses, mut guides) = (Vec::new(), Vec::new());
    let (mut fields, mut rules) = (Vec::new(), Vec::new());
    let pairs = plan.products.iter().zip(products);
    for (planned, product) in pairs.filter(|(_, product)| product.extras.are_given()) {
        ids.push(planned.id);
        addresses.push(product.extras.canonical_url.as_deref());
        guides.push(product.extras.size_guide_html.as_deref());
        fields.push(json(product.extras.personal_fields.as_ref())?);
        rules.push(json(product.extras.quantity_rule.as_ref())?);
    }
    if ids.is_empty() {
        return Ok(());
    }
    let store_id = ctx.store_id();
    sqlx::query(WRITE_PRODUCT_EXTRAS)
        .bind(store_id)
        .bind(ids)
        .bind(addresses)
        .bind(guides)
        .bind(fields)
        .bind(rules)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

async fn write_variants(ctx: &mut Ctx, products: &[UpsertProduct], plan: &Plan) -> Result<(), Error> {
    let is_given = |variant: &UpsertVariant| {
        !variant.origin_country.is_empty() || variant.quantity_rule.is_some() || variant.measure.is_some()
    };
    let planned = plan.products.iter().flat_map(|product| &product.variants);
    let pairs = planned.zip(products.iter().flat_map(|product| &product.variants));
    let mut ids: Vec<VariantId> = Vec::new();
    let (mut origins, mut rules) = (Vec::new(), Vec::new());
    let (mut measures, mut bases) = (Vec::new(), Vec::new());
    for (planned, variant) in pairs.filter(|(_, variant)| is_given(variant)) {
        ids.push(planned.id);
        origins.push(variant.origin_country.as_str());
        rules.push(json(variant.quantity_rule.as_ref())?);
        let text = |of: fn(Measure) -> Amount| variant.measure.map(|measure| of(measure).to_string());
        measures.push(text(Measure::amount));
        bases.push(text(Measure::base));
    }
    if ids.is_empty() {
        return Ok(());
    }
    let store_id = ctx.store_id();
    sqlx::query(WRITE_VARIANT_EXTRAS)
        .bind(store_id)
        .bind(ids)
        .bind(origins)
        .bind(rules)
        .bind(measures)
        .bind(bases)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

fn json<T: Serialize>(value: Option<&T>) -> Result<Option<String>, serde_json::Error> {
    value.map(serde_json::to_string).transpose()
}
