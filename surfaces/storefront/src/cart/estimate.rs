//! What delivery would cost, for those who have not said yet where they live. Nothing of it is kept.

use cart::CartView;
use database::Ctx;
use kernel::{Address, CountryCode};
use serde::Serialize;
use web::{MoneyView, Problem, Visitor};

use super::problem;
use crate::{places::PlacesView, views::day};

/// The place that was asked for; empty when nobody asked.
#[derive(Debug, Default)]
pub(super) struct EstimateForm {
    country: String,
    postal_code: String,
}

#[derive(Serialize)]
pub(super) struct EstimateView {
    places: PlacesView,
    postal_code: String,
    /// Whether somebody asked.
    asked: bool,
    options: Vec<OptionView>,
    /// What may not be sent there.
    refused: Vec<String>,
}

#[derive(Serialize)]
struct OptionView {
    name: String,
    price: MoneyView,
    free: bool,
    /// Whether the shopper fetches it.
    fetched: bool,
    earliest: String,
    latest: String,
}

impl EstimateForm {
    pub(super) fn new(country: String, postal_code: String) -> Self {
        Self {
            country: country.trim().to_uppercase(),
            postal_code: postal_code.trim().to_uppercase(),
        }
    }
}

impl EstimateView {
    pub(super) async fn new(
        visitor: &Visitor,
        ctx: &mut Ctx,
        view: &CartView,
        form: EstimateForm,
    ) -> Result<Self, Problem> {
        let known = view.cart.shipping_address.as_ref();
        let asked = CountryCode::parse(&form.country).ok();
        let country = asked
            .or(known.map(|address| address.country))
            .unwrap_or(visitor.store().country);
        let mut estimate = Self {
            places: PlacesView::new(country.as_str(), "", visitor.locale),
            postal_code: form.postal_code.clone(),
            asked: asked.is_some(),
            options: Vec::new(),
            refused: Vec::new(),
        };
        let Some(country) = asked else {
            return Ok(estimate);
        };
        let there = somewhere(country, form.postal_code);
        let sketched = view.clone().sketch(ctx, Some(there), None).await.map_err(problem)?;
        estimate.refused = sketched.refused_titles();
        let option = |option: &shipping::ShippingOption| OptionView {
            name: option.name.clone(),
            price: option.price.into(),
            free: option.price.is_zero(),
            fetched: option.pickup.is_some(),
            earliest: day(option.earliest),
            latest: day(option.latest),
        };
        estimate.options = sketched.shipping_options.iter().map(option).collect();
        Ok(estimate)
    }
}

/// A place without a street.
fn somewhere(country: CountryCode, postal_code: String) -> Address {
    Address {
        first_name: String::new(),
        last_name: String::new(),
        company: String::new(),
        line1: String::new(),
        line2: String::new(),
        city: String::new(),
        state: String::new(),
        postal_code,
        country,
        phone: String::new(),
    }
}
