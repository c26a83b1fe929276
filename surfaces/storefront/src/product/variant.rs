//! The variant that a product's page shows: its price, and what is left of it.

use catalog::{Buyer, ListOffer, PriceStep, Variant};
use database::Ctx;
use inventory::Availability;
use kernel::{Money, VariantId};
use serde::Serialize;
use web::MoneyView;

use crate::views::BasePriceView;

/// From how few pieces on a page says how many are left.
const LOW_STOCK: i64 = 5;
/// The most that the form asks for, as long as more than a few are left.
const PLENTY: i64 = 9_999;

#[derive(Serialize)]
pub(super) struct VariantView {
    id: String,
    title: String,
    sku: String,
    price: Option<MoneyView>,
    was: Option<MoneyView>,
    /// Whether a price list says the price.
    by_list: bool,
    /// What one costs a customer by quantity, where price lists say several prices.
    steps: Vec<StepView>,
    /// The lowest price of the 30 days before the reduction, where the law asks for it.
    lowest: Option<MoneyView>,
    base_price: Option<BasePriceView>,
    stock: &'static str,
    left: i64,
    /// By what the page's stream knows the stock that is shown.
    version: String,
    can_buy: bool,
}

/// A price from a quantity on.
#[derive(Serialize)]
struct StepView {
    from: i64,
    price: MoneyView,
}

/// What price lists offer whoever looks at a variant.
pub(super) struct MemberPrices {
    offers: Vec<ListOffer>,
    buyer: Buyer,
}

impl MemberPrices {
    pub(super) async fn load(ctx: &mut Ctx, buyer: Buyer, variant: Option<&Variant>) -> Result<Self, database::Error> {
        let ids: Vec<VariantId> = variant.map(|variant| variant.id).into_iter().collect();
        let offers = catalog::list_offers(ctx, &ids, &buyer).await?;
        let offers = offers.into_values().next().unwrap_or_default();
        Ok(Self { offers, buyer })
    }

    /// What one costs whoever looks.
    pub(super) fn price_of(&self, variant: &Variant, now: kernel::Time) -> Option<Money> {
        let unit = variant.price_for(&self.offers, &self.buyer, 1, now);
        unit.map(|unit| unit.price)
    }

    /// Whether what one costs is a list's price.
    pub(super) fn says_price_of(&self, variant: &Variant, now: kernel::Time) -> bool {
        let unit = variant.price_for(&self.offers, &self.buyer, 1, now);
        unit.is_some_and(|unit| unit.list.is_some())
    }
}

/// Another for every stock that shoppers are told of in another way.
pub(crate) fn stock_version(availability: Option<&Availability>) -> String {
    let in_stock = availability.is_none_or(|availability| availability.can_sell(1));
    let counted = availability.filter(|availability| availability.tracked && !availability.backorder);
    match counted.map(|availability| availability.available) {
        _ if !in_stock => "none".to_owned(),
        Some(left) if left <= inventory::FEW => left.to_string(),
        Some(_) | None => "plenty".to_owned(),
    }
}

impl VariantView {
    pub(super) fn new(
        variant: &Variant,
        (availability, lowest): (Option<&Availability>, Option<Money>),
        MemberPrices { offers, buyer }: &MemberPrices,
        now: kernel::Time,
    ) -> Self {
        let counted = availability.filter(|availability| availability.tracked && !availability.backorder);
        let left = counted.map_or(PLENTY, |availability| availability.available);
        let in_stock = availability.is_none_or(|availability| availability.can_sell(1));
        let unit = variant.price_for(offers, buyer, 1, now);
        let is_of_list = unit.as_ref().is_some_and(|unit| unit.list.is_some());
        let price = unit.map(|unit| unit.price);
        let was = if is_of_list {
            variant.price_at(now)
        } else {
            variant.was_at(now)
        };
        let steps = variant.price_steps(offers, buyer, now);
        let has_steps = steps.len() > 1;
        let step = |step: PriceStep| StepView {
            from: step.min_quantity,
            price: step.unit.price.into(),
        };
        Self {
            steps: steps.into_iter().filter(|_| has_steps).map(step).collect(),
            id: variant.id.to_string(),
            title: variant.title.clone(),
            sku: variant.sku.as_ref().map(ToString::to_string).unwrap_or_default(),
            price: price.map(MoneyView::from),
            was: was.map(MoneyView::from),
            by_list: is_of_list,
            lowest: lowest.map(MoneyView::from),
            base_price: BasePriceView::of(variant.measure, price),
            stock: match (price, in_stock) {
                (None, _) => "not-for-sale",
                (Some(_), false) => "sold-out",
                (Some(_), true) if (1..=LOW_STOCK).contains(&left) => "low",
                (Some(_), true) => "in-stock",
            },
            left: if left > inventory::FEW { PLENTY } else { left },
            version: stock_version(availability),
            can_buy: price.is_some() && in_stock,
        }
    }
}
