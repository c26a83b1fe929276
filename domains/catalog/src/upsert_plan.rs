//! Which of the given products and variants the store has already: the pure part of an upsert.

use std::collections::{HashMap, HashSet};

use kernel::{ProductId, Slug, VariantId};

use crate::{FormerName, TakenSku, UpsertProduct, UpsertVariant, Upserted};

/// A variant of the store that one of the given may be.
#[derive(Debug, Clone)]
pub(crate) struct KnownVariant {
    pub(crate) id: VariantId,
    pub(crate) product_id: ProductId,
    pub(crate) sku: Option<String>,
    pub(crate) option_values: Vec<String>,
}

/// The ids of all that is given, in its order.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) products: Vec<PlannedProduct>,
}

#[derive(Debug)]
pub(crate) struct PlannedProduct {
    pub(crate) id: ProductId,
    pub(crate) created: bool,
    pub(crate) variants: Vec<PlannedVariant>,
    taken_skus: Vec<TakenSku>,
}

#[derive(Debug)]
pub(crate) struct PlannedVariant {
    pub(crate) id: VariantId,
    /// The SKU it gets; not the one given when another variant has that.
    pub(crate) sku: Option<String>,
}

impl Plan {
    /// What the caller is told; of those that were renamed, also what they were called, and of those found by a slug they had, the
    /// one they keep.
    pub(crate) fn into_outcome(
        self,
        mut renamed: HashMap<ProductId, FormerName>,
        mut kept: HashMap<ProductId, Slug>,
    ) -> Vec<Upserted> {
        let outcome = |planned: PlannedProduct| Upserted {
            product_id: planned.id,
            created: planned.created,
            formerly: renamed.remove(&planned.id),
            kept_slug: kept.remove(&planned.id),
            variant_ids: planned.variants.iter().map(|variant| variant.id).collect(),
            taken_skus: planned.taken_skus,
        };
        self.products.into_iter().map(outcome).collect()
    }
}

/// Finds products by slug, and variants within their product by options, then by SKU.
pub(crate) fn plan(
    products: &[UpsertProduct],
    known_products: &HashMap<String, ProductId>,
    known_variants: Vec<KnownVariant>,
    new_product_id: &mut dyn FnMut() -> ProductId,
    new_variant_id: &mut dyn FnMut() -> VariantId,
) -> Plan {
    let mut skus: HashMap<String, VariantId> = HashMap::new();
    let mut by_product: HashMap<ProductId, Vec<KnownVariant>> = HashMap::new();
    for known in known_variants {
        if let Some(sku) = &known.sku {
            skus.insert(sku.clone(), known.id);
        }
        by_product.entry(known.product_id).or_default().push(known);
    }
    let plan_product = |product: &UpsertProduct| {
        let found = known_products.get(product.slug.as_str()).copied();
        let id = found.unwrap_or_else(&mut *new_product_id);
        let known = by_product.remove(&id).unwrap_or_default();
        let mut taken_skus = Vec::new();
        let matches = match_variants(&product.variants, &known);
        let plan_variant = |(variant, found): (&UpsertVariant, Option<&KnownVariant>)| {
            let id = found.map_or_else(&mut *new_variant_id, |known| known.id);
            let sku = match &variant.sku {
                None => found.and_then(|known| known.sku.clone()),
                Some(sku) if *skus.entry(sku.as_str().to_owned()).or_insert(id) == id => Some(sku.as_str().to_owned()),
                Some(sku) => {
                    let kept = found.and_then(|known| known.sku.clone());
                    taken_skus.push(TakenSku {
                        sku: sku.clone(),
                        kept: kept.clone(),
                    });
                    kept
                }
            };
            PlannedVariant { id, sku }
        };
        let variants = product.variants.iter().zip(matches).map(plan_variant).collect();
        PlannedProduct {
            id,
            created: found.is_none(),
            variants,
            taken_skus,
        }
    };
    Plan {
        products: products.iter().map(plan_product).collect(),
    }
}

fn match_variants<'k>(variants: &[UpsertVariant], known: &'k [KnownVariant]) -> Vec<Option<&'k KnownVariant>> {
    let by_options: HashMap<&[String], &KnownVariant> = known
        .iter()
        .map(|known| (known.option_values.as_slice(), known))
        .collect();
    let by_sku: HashMap<&str, &KnownVariant> = known
        .iter()
        .filter_map(|known| known.sku.as_deref().map(|sku| (sku, known)))
        .collect();
    let mut matches: Vec<Option<&KnownVariant>> = variants
        .iter()
        .map(|variant| by_options.get(variant.option_values.as_slice()).copied())
        .collect();
    let mut claimed: HashSet<VariantId> = matches.iter().flatten().map(|known| known.id).collect();
    for (variant, found) in variants.iter().zip(&mut matches) {
        let renamed = variant.sku.as_ref().and_then(|sku| by_sku.get(sku.as_str()).copied());
        if found.is_none() {
            *found = renamed.filter(|known| claimed.insert(known.id));
        }
    }
    matches
}

#[cfg(test)]
mod tests {
    use kernel::{Sku, TypedId as _};

    use super::*;

    fn ids<I: kernel::TypedId>() -> impl FnMut() -> I {
        let entropy = kernel::SeededEntropy::new(1);
        move || I::generate(kernel::Time::UNIX_EPOCH, &entropy)
    }

    fn product(slug: &str, variants: &[(&str, &str)]) -> UpsertProduct {
        let variant = |(sku, option): &(&str, &str)| UpsertVariant {
            sku: Sku::parse(sku).ok(),
            option_values: vec![(*option).to_owned()],
            ..UpsertVariant::sample()
        };
        UpsertProduct {
            option_names: vec!["Size".to_owned()],
            variants: variants.iter().map(variant).collect(),
            ..UpsertProduct::sample(Slug::parse(slug).unwrap())
        }
    }

    #[test]
    fn variants_are_found_by_options_and_then_by_sku() {
        let product_id = ProductId::generate(kernel::Time::UNIX_EPOCH, &kernel::SeededEntropy::new(2));
        let other_id = ProductId::generate(kernel::Time::UNIX_EPOCH, &kernel::SeededEntropy::new(3));
        let third_id = ProductId::generate(kernel::Time::UNIX_EPOCH, &kernel::SeededEntropy::new(4));
        let mut new_id = ids::<VariantId>();
        let known = |id, product_id, sku: &str, option: &str| KnownVariant {
            id,
            product_id,
            sku: Some(sku.to_owned()),
            option_values: vec![option.to_owned()],
        };
        let [small, medium, foreign, own] = [new_id(), new_id(), new_id(), new_id()];
        let known_variants = vec![
            known(small, product_id, "A-S", "S"),
            known(medium, product_id, "A-M", "M"),
            known(foreign, other_id, "B", "S"),
            known(own, third_id, "D", "D"),
        ];
        let given = [
            product("a", &[("A-M", "Medium"), ("A-S2", "S"), ("B", "L"), ("C", "XL")]),
            product("c", &[("C", "S")]),
            product("d", &[("B", "D")]),
        ];
        let known_products = HashMap::from([("a".to_owned(), product_id), ("d".to_owned(), third_id)]);
        let outcome = plan(
            &given,
            &known_products,
            known_variants,
            &mut ids::<ProductId>(),
            &mut new_id,
        )
        .into_outcome(HashMap::new(), HashMap::new());
        assert_eq!(
            (outcome[0].product_id, outcome[0].created, outcome[1].created),
            (product_id, false, true)
        );
        assert_eq!(outcome[0].variant_ids[..2], [medium, small]);
        let taken = |sku: &str, kept: Option<&str>| TakenSku {
            sku: Sku::parse(sku).unwrap(),
            kept: kept.map(str::to_owned),
        };
        assert_eq!(outcome[0].taken_skus, [taken("B", None)]);
        assert_eq!(outcome[1].taken_skus, [taken("C", None)]);
        assert_eq!(outcome[2].taken_skus, [taken("B", Some("D"))]);
    }
}
