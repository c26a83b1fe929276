//! Where something may not be sent.

use kernel::{ProductId, RestrictionId, VariantId};

use crate::{Destination, Region};

/// What a product, or one variant of it, may not do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restriction {
    /// Its id.
    pub id: RestrictionId,
    /// What the merchant says.
    pub terms: RestrictionTerms,
}

/// What a merchant says of a restriction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestrictionTerms {
    /// The product.
    pub product_id: ProductId,
    /// Only this variant of it.
    pub variant_id: Option<VariantId>,
    /// How the regions count.
    pub kind: RestrictionKind,
    /// The regions.
    pub regions: Vec<Region>,
}

kernel::named! {
    /// How the regions of a restriction count.
    RestrictionKind {
        /// It is sent everywhere but there.
        NotTo = "not_to",
        /// It is sent nowhere but there.
        OnlyTo = "only_to",
    }
}

impl RestrictionTerms {
    /// Whether it keeps the variant from going to the destination.
    pub fn forbids(&self, product: ProductId, variant: VariantId, destination: &Destination) -> bool {
        let meant = self.product_id == product && self.variant_id.is_none_or(|only| only == variant);
        let there = self.regions.iter().any(|region| region.fits(destination).is_some());
        meant
            && match self.kind {
                RestrictionKind::NotTo => there,
                RestrictionKind::OnlyTo => !there,
            }
    }
}

#[cfg(test)]
mod tests {
    use kernel::{CountryCode, SeededEntropy, TypedId as _};

    use super::*;

    #[test]
    fn regions_shut_out_or_shut_in() {
        let entropy = SeededEntropy::new(1);
        let product = ProductId::generate(chrono::DateTime::UNIX_EPOCH, &entropy);
        let variants: Vec<_> = (0..2)
            .map(|_| VariantId::generate(chrono::DateTime::UNIX_EPOCH, &entropy))
            .collect();
        for (kind, only, regions, country, variant, forbidden) in [
            (RestrictionKind::NotTo, None, "US", "US", 0, true),
            (RestrictionKind::NotTo, None, "US", "CA", 0, false),
            (RestrictionKind::NotTo, None, "*", "CA", 1, true),
            (RestrictionKind::NotTo, Some(1), "US", "US", 0, false),
            (RestrictionKind::NotTo, Some(1), "US", "US", 1, true),
            (RestrictionKind::OnlyTo, None, "US", "US", 0, false),
            (RestrictionKind::OnlyTo, None, "US", "CA", 0, true),
        ] {
            let terms = RestrictionTerms {
                product_id: product,
                variant_id: only.map(|index: usize| variants[index]),
                kind,
                regions: vec![Region::parse(regions).unwrap()],
            };
            let destination = Destination {
                country: CountryCode::parse(country).unwrap(),
                state: String::new(),
                postal_code: String::new(),
            };
            assert_eq!(
                terms.forbids(product, variants[variant], &destination),
                forbidden,
                "{terms:?} {country} {variant}"
            );
        }
    }
}
