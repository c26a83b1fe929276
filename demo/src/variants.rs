//! A product's options spread into the variants that are bought: every combination with its number, price and stock.

use catalog::Measure;
use kernel::{Currency, Money, Sku};

use crate::content::{ContentError, ProductEntry, seed_of};

/// One thing that can be bought.
#[derive(Debug, Clone)]
pub struct VariantPlan {
    /// The merchant's number.
    pub sku: Sku,
    /// EAN-13 from the range that shops may use among themselves.
    pub barcode: String,
    /// One value for each option.
    pub option_values: Vec<String>,
    /// Regular price.
    pub price: Money,
    /// Former price.
    pub compare_at: Option<Money>,
    /// What the merchant pays.
    pub cost: Money,
    /// Price during the sale.
    pub sale_price: Option<Money>,
    /// Grams.
    pub weight_grams: i64,
    /// How much is in it.
    pub measure: Option<Measure>,
    /// Pieces on the shelf; `None` where nothing can run out.
    pub on_hand: Option<i64>,
}

impl ProductEntry {
    /// Every combination of the options, in the order a shopper reads them; one variant when there is nothing to choose.
    pub fn variants(&self, currency: Currency) -> Result<Vec<VariantPlan>, ContentError> {
        let mut combinations = vec![Vec::<&str>::new()];
        for option in &self.options {
            combinations = combinations
                .iter()
                .flat_map(|chosen| {
                    option
                        .values
                        .iter()
                        .map(move |value| [chosen.as_slice(), &[value.as_str()]].concat())
                })
                .collect();
        }
        combinations
            .iter()
            .enumerate()
            .map(|(index, values)| self.variant(index, values, currency))
            .collect()
    }

    fn variant(&self, index: usize, values: &[&str], currency: Currency) -> Result<VariantPlan, ContentError> {
        let money = |text: &str| Money::parse(text, currency).map_err(|error| ContentError::value(&self.slug, error));
        let price = money(
            values
                .iter()
                .find_map(|value| self.prices.get(*value))
                .unwrap_or(&self.price),
        )?;
        let base = money(&self.price)?;
        let cost = Money::new(
            money(&self.cost)?.minor() * price.minor() / base.minor().max(1),
            currency,
        );
        let compare_at = self
            .compare_at
            .as_deref()
            .map(money)
            .transpose()?
            .filter(|was| was.minor() > price.minor());
        let step = if currency == Currency::IDR { 10_000 } else { 10 };
        let sale_price = self
            .sale
            .map(|sale| Money::new(price.minor() * (100 - sale.percent) / 100 / step * step, currency));
        let sku = values
            .iter()
            .fold(self.sku.clone(), |sku, value| sku + "-" + &sku_part(value));
        Ok(VariantPlan {
            barcode: barcode(&sku),
            sku: Sku::parse(&sku).map_err(|error| ContentError::value(&self.slug, error))?,
            option_values: values.iter().map(|value| (*value).to_owned()).collect(),
            price,
            compare_at,
            cost,
            sale_price,
            weight_grams: values
                .iter()
                .find_map(|value| self.weights.get(*value))
                .copied()
                .unwrap_or(self.weight),
            measure: self.measure_of(values)?,
            on_hand: (!self.digital).then(|| self.on_hand(index, values)),
        })
    }

    fn measure_of(&self, values: &[&str]) -> Result<Option<Measure>, ContentError> {
        let text = self
            .measure
            .as_ref()
            .map(|measure| measure.of(values))
            .unwrap_or_default();
        Measure::parse(text, "").or_else(|invalid| {
            let first = invalid.0.into_iter().next();
            first.map_or(Ok(None), |error| Err(ContentError::value(&self.slug, error)))
        })
    }

    /// Shelves are never even: each variant has between three fifths and seven fifths of the usual number.
    fn on_hand(&self, index: usize, values: &[&str]) -> i64 {
        if let Some(exact) = self.stocks.get(index) {
            return *exact;
        }
        if self.none_of.contains(&values.join(" / ")) {
            return 0;
        }
        let chance = i64::from(seed_of(&values.concat()) % 81);
        self.stock * (60 + chance) / 100
    }
}

/// `Extra fine` as `EXFI`, `750 ml` as `750M`: up to four letters and digits, two of each word.
fn sku_part(value: &str) -> String {
    let words: Vec<&str> = value
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let take = if words.len() > 1 { 3 } else { 4 };
    words
        .iter()
        .flat_map(|word| word.chars().take(take))
        .flat_map(char::to_uppercase)
        .take(6)
        .collect()
}

fn barcode(sku: &str) -> String {
    let body = format!("20{:010}", seed_of(sku));
    let sum: u32 = body
        .bytes()
        .enumerate()
        .map(|(index, byte)| u32::from(byte.saturating_sub(b'0')) * if index % 2 == 0 { 1 } else { 3 })
        .sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}
