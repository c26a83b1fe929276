//! Which of the given products and variants the store has already: the pure part of an upsert.

use std::collections::{HashMap, HashSet};

use kernel::{ProductId, Sku, Slug, VariantId};

use crate::{UpsertProduct, UpsertVariant, Upserted};

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
    /// Whether it is there under another slug, and found by its SKUs.
    pub(crate) renamed: bool,
    pub(crate) variants: Vec<PlannedVariant>,
    taken_skus: Vec<Sku>,
}

#[derive(Debug)]
pub(crate) struct PlannedVariant {
    pub(crate) id: VariantId,
    /// The SKU it gets; not the one given when another variant has that.
    pub(crate) sku: Option<String>,
}

impl Plan {
    /// What the caller is told; `former` has the slugs that renamed products had.
    pub(crate) fn into_outcome(self, former: &HashMap<ProductId, Slug>) -> Vec<Upserted> {
        let outcome = |planned: PlannedProduct| Upserted {
            product_id: planned.id,
            created: planned.created,
            former_slug: former.get(&planned.id).cloned(),
            variant_ids: planned.variants.iter().map(|variant| variant.id).collect(),
            taken_skus: planned.taken_skus,
        };
        self.products.into_iter().map(outcome).collect()
    }
}

/// Finds products by slug, then by SKUs, and variants within their product by options, then by SKU. SKUs find a product that
/// none of the given slugs finds, when no other product has any of them.
pub(crate) fn plan(
    products: &[UpsertProduct],
    known_products: &HashMap<String, ProductId>,
    known_variants: Vec<KnownVariant>,
    new_product_id: &mut dyn FnMut() -> ProductId,
    new_variant_id: &mut dyn FnMut() -> VariantId,
) -> Plan {
    let mut skus: HashMap<String, VariantId> = HashMap::new();
    let mut owners: HashMap<String, ProductId> = HashMap::new();
    let mut claimed: HashSet<ProductId> = known_products.values().copied().collect();
    let mut by_product: HashMap<ProductId, Vec<KnownVariant>> = HashMap::new();
    for known in known_variants {
        if let Some(sku) = &known.sku {
            skus.insert(sku.clone(), known.id);
            owners.insert(sku.clone(), known.product_id);
        }
        by_product.entry(known.product_id).or_default().push(known);
    }
    let plan_product = |product: &UpsertProduct| {
        let named = known_products.get(product.slug.as_str()).copied();
        let renamed = match named {
            Some(_) => None,
            None => owner(&product.variants, &owners).filter(|owner| claimed.insert(*owner)),
        };
        let found = named.or(renamed);
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
                    taken_skus.push(sku.clone());
                    found.and_then(|known| known.sku.clone())
                }
            };
            PlannedVariant { id, sku }
        };
        let variants = product.variants.iter().zip(matches).map(plan_variant).collect();
        PlannedProduct {
            id,
            created: found.is_none(),
            renamed: renamed.is_some(),
            variants,
            taken_skus,
        }
    };
    Plan {
        products: products.iter().map(plan_product).collect(),
    }
}

/// The one product that has those of the SKUs that any product has.
fn owner(variants: &[UpsertVariant], owners: &HashMap<String, ProductId>) -> Option<ProductId> {
    let mut found = variants
        .iter()
        .filter_map(|variant| owners.get(variant.sku.as_ref()?.as_str()).copied());
    let first = found.next()?;
    found.all(|owner| owner == first).then_some(first)
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
    use kernel::TypedId as _;

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
        let mut new_id = ids::<VariantId>();
        let known = |id, product_id, sku: &str, option: &str| KnownVariant {
            id,
            product_id,
            sku: Some(sku.to_owned()),
            option_values: vec![option.to_owned()],
        };
        let [small, medium, foreign] = [new_id(), new_id(), new_id()];
        let known_variants = vec![
            known(small, product_id, "A-S", "S"),
            known(medium, product_id, "A-M", "M"),
            known(foreign, other_id, "B", "S"),
        ];
        let given = [
            product("a", &[("A-M", "Medium"), ("A-S2", "S"), ("B", "L"), ("C", "XL")]),
            product("c", &[("C", "S")]),
        ];
        let known_products = HashMap::from([("a".to_owned(), product_id)]);
        let outcome = plan(
            &given,
            &known_products,
            known_variants,
            &mut ids::<ProductId>(),
            &mut new_id,
        )
        .into_outcome(&HashMap::new());
        assert_eq!(
            (outcome[0].product_id, outcome[0].created, outcome[1].created),
            (product_id, false, true)
        );
        assert_eq!(outcome[0].variant_ids[..2], [medium, small]);
        assert_eq!(outcome[0].taken_skus, [Sku::parse("B").unwrap()]);
        assert_eq!(outcome[1].taken_skus, [Sku::parse("C").unwrap()]);
    }

    /// What becomes of products of a store that has `a` with the SKUs `A-S` and `A-M`, and `b` with `B`: for each whether it is
    /// new, renamed, and how many of its SKUs are taken.
    fn check(given: &[UpsertProduct], expected: &[(bool, bool, usize)]) {
        let mut new_product_id = ids::<ProductId>();
        let mut new_variant_id = ids::<VariantId>();
        let [a, b] = [new_product_id(), new_product_id()];
        let mut known = |product_id, sku: &str, option: &str| KnownVariant {
            id: new_variant_id(),
            product_id,
            sku: Some(sku.to_owned()),
            option_values: vec![option.to_owned()],
        };
        let known_variants = vec![known(a, "A-S", "S"), known(a, "A-M", "M"), known(b, "B", "S")];
        let named = |slug: &str| given.iter().any(|product| product.slug.as_str() == slug);
        let known_products: HashMap<String, ProductId> = [("a", a), ("b", b)]
            .into_iter()
            .filter(|(slug, _)| named(slug))
            .map(|(slug, id)| (slug.to_owned(), id))
            .collect();
        let planned = plan(
            given,
            &known_products,
            known_variants,
            &mut new_product_id,
            &mut new_variant_id,
        );
        let told = planned
            .products
            .iter()
            .map(|planned| (planned.created, planned.renamed, planned.taken_skus.len()));
        assert_eq!(told.collect::<Vec<_>>(), expected, "{given:?}");
    }

    #[test]
    fn a_product_under_a_new_slug_is_found_by_its_skus() {
        let is_new = |taken| (true, false, taken);
        let renamed = (false, true, 0);
        let as_it_was = |taken| (false, false, taken);
        check(&[product("c", &[("A-M", "M")])], &[renamed]);
        check(&[product("c", &[("A-M", "Medium"), ("NEW", "L")])], &[renamed]);
        check(&[product("c", &[("NEW", "M")])], &[is_new(0)]);
        check(&[product("c", &[("", "M"), ("", "S")])], &[is_new(0)]);
        check(&[product("c", &[("", "M"), ("A-S", "S")])], &[renamed]);
        // The SKUs of two products say nothing.
        check(&[product("c", &[("A-M", "M"), ("B", "S")])], &[is_new(2)]);
        // What has a slug of the file is found by that alone.
        check(
            &[product("c", &[("A-M", "M")]), product("a", &[("A-S", "S")])],
            &[is_new(1), as_it_was(0)],
        );
        check(
            &[product("b", &[("A-M", "M")]), product("a", &[("B", "S")])],
            &[as_it_was(1), as_it_was(1)],
        );
        // Two that share the SKUs of one: the first is it.
        check(
            &[product("c", &[("A-M", "M")]), product("d", &[("A-S", "S")])],
            &[renamed, is_new(1)],
        );
    }
}
