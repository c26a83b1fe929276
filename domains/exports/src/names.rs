//! What products and variants are called.

use std::collections::HashMap;

use database::{Ctx, Error};
use kernel::{ProductId, VariantId};
use serde_json::{Value, json};

#[derive(Default)]
pub(crate) struct Names {
    products: HashMap<ProductId, String>,
    variants: HashMap<VariantId, String>,
}

impl Names {
    pub(crate) async fn load(ctx: &mut Ctx, products: &[ProductId], variants: &[VariantId]) -> Result<Self, Error> {
        let mut names = Self::default();
        for label in catalog::labels(ctx, products, variants).await? {
            if let Some(id) = label.variant_id {
                names.variants.insert(id, label.title.clone());
            }
            names.products.entry(label.product_id).or_insert(label.title);
        }
        Ok(names)
    }

    pub(crate) fn product(&self, id: ProductId) -> Value {
        json!({"id": id.to_string(), "title": self.products.get(&id)})
    }

    pub(crate) fn variant(&self, id: VariantId) -> Value {
        json!({"id": id.to_string(), "title": self.variants.get(&id)})
    }

    pub(crate) fn line(&self, line: &cart::CartLine) -> Value {
        json!({
            "variant": self.variant(line.variant_id),
            "quantity": line.quantity.get(),
            "properties": line.properties.as_map(),
        })
    }
}
