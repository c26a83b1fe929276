//! How much is in a variant, and its base price: what a kilogram, a litre or another base of it costs.

use std::fmt;

use kernel::{FieldError, Invalid, Money};
use rust_decimal::{Decimal, prelude::ToPrimitive as _};

/// The most of a unit that can be in a variant.
const MOST: i64 = 1_000_000;

kernel::named! {
    /// What an amount is counted in.
    MeasureUnit {
        /// Milligrams.
        Milligram = "mg",
        /// Grams.
        Gram = "g",
        /// Kilograms.
        Kilogram = "kg",
        /// Ounces.
        Ounce = "oz",
        /// Pounds.
        Pound = "lb",
        /// Millilitres.
        Millilitre = "ml",
        /// Centilitres.
        Centilitre = "cl",
        /// Litres.
        Litre = "l",
        /// Cubic metres.
        CubicMetre = "m3",
        /// Fluid ounces of the United States.
        FluidOunce = "floz",
        /// Centimetres.
        Centimetre = "cm",
        /// Metres.
        Metre = "m",
        /// Square metres.
        SquareMetre = "m2",
        /// Pieces.
        Piece = "pc",
    }
}

/// What units of one kind can be turned into each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dimension {
    Mass,
    Volume,
    Length,
    Area,
    Count,
}

impl MeasureUnit {
    /// What it measures, and how large it is in a unit so small that all of its dimension are whole: nanograms, and
    /// ten-billionths of a millilitre.
    fn size(self) -> (Dimension, i128) {
        match self {
            Self::Milligram => (Dimension::Mass, 1_000_000),
            Self::Gram => (Dimension::Mass, 1_000_000_000),
            Self::Kilogram => (Dimension::Mass, 1_000_000_000_000),
            Self::Ounce => (Dimension::Mass, 28_349_523_125),
            Self::Pound => (Dimension::Mass, 453_592_370_000),
            Self::Millilitre => (Dimension::Volume, 10_000_000_000),
            Self::Centilitre => (Dimension::Volume, 100_000_000_000),
            Self::Litre => (Dimension::Volume, 10_000_000_000_000),
            Self::CubicMetre => (Dimension::Volume, 10_000_000_000_000_000),
            Self::FluidOunce => (Dimension::Volume, 295_735_295_625),
            Self::Centimetre => (Dimension::Length, 1),
            Self::Metre => (Dimension::Length, 100),
            Self::SquareMetre => (Dimension::Area, 1),
            Self::Piece => (Dimension::Count, 1),
        }
    }

    /// What prices are compared by where the merchant says nothing else; in the European Union the law names these.
    fn usual_base(self) -> Self {
        match self {
            Self::Milligram | Self::Gram | Self::Kilogram => Self::Kilogram,
            Self::Millilitre | Self::Centilitre | Self::Litre => Self::Litre,
            Self::Centimetre | Self::Metre => Self::Metre,
            Self::Ounce | Self::Pound => Self::Pound,
            Self::CubicMetre | Self::FluidOunce | Self::SquareMetre | Self::Piece => self,
        }
    }

    /// How shoppers know it.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::CubicMetre => "m³",
            Self::SquareMetre => "m²",
            Self::FluidOunce => "fl oz",
            _ => self.as_str(),
        }
    }

    /// Every unit, for whoever mistyped one.
    fn names() -> String {
        Self::ALL
            .iter()
            .map(|unit| unit.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    }
}

/// A number of units, such as `750 ml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount {
    thousandths: i64,
    unit: MeasureUnit,
}

impl Amount {
    /// Reads a number and a unit, such as `0.75 l`.
    fn parse(text: &str, field: &str) -> Result<Self, FieldError> {
        let text = text.trim();
        let end = text
            .find(|letter: char| !letter.is_ascii_digit() && letter != '.')
            .unwrap_or(text.len());
        let (number, name) = text.split_at(end);
        let name = name.trim().to_lowercase().replace(' ', "");
        let Some(unit) = MeasureUnit::parse(&name) else {
            let message = format!(
                "must be a number and a unit of {}, such as 750 ml",
                MeasureUnit::names()
            );
            return Err(FieldError::new(field, "invalid_measure", message));
        };
        let number: Option<Decimal> = number.parse().ok();
        number
            .and_then(|number| number.checked_mul(Decimal::ONE_THOUSAND))
            .filter(|thousandths| thousandths.is_integer())
            .and_then(|thousandths| thousandths.to_i64())
            .filter(|thousandths| (1..=MOST * 1_000).contains(thousandths))
            .map(|thousandths| Self { thousandths, unit })
            .ok_or_else(|| {
                let message = format!("must be more than 0, at most {MOST}, and have at most three decimals");
                FieldError::new(field, "out_of_range", message)
            })
    }

    /// How many units.
    pub fn number(self) -> Decimal {
        Decimal::new(self.thousandths, 3).normalize()
    }

    /// The unit.
    pub fn unit(self) -> MeasureUnit {
        self.unit
    }

    fn size(self) -> (Dimension, i128) {
        let (dimension, size) = self.unit.size();
        (dimension, size.saturating_mul(self.thousandths.into()))
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.number(), self.unit.as_str())
    }
}

/// How much is in a variant, and for how much its base price is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measure {
    amount: Amount,
    base: Amount,
}

impl Measure {
    /// Reads both as they are typed. Without a base it is the kilogram, litre, metre or pound; without either there is no
    /// measure.
    pub fn parse(measure: &str, base: &str) -> Result<Option<Self>, Invalid> {
        let mut invalid = Invalid::default();
        if measure.trim().is_empty() {
            if !base.trim().is_empty() {
                invalid.push(FieldError::required("measure"));
            }
            return invalid.into_result().map(|()| None);
        }
        let mut read = |field, text| Amount::parse(text, field).map_err(|error| invalid.push(error)).ok();
        let amount = read("measure", measure);
        let typed = Some(base).filter(|base| !base.trim().is_empty());
        let typed = typed.map(|base| read("measure_base", base));
        invalid.into_result()?;
        let Some(amount) = amount else { return Ok(None) };
        let base = typed.flatten().unwrap_or(Amount {
            thousandths: 1_000,
            unit: amount.unit.usual_base(),
        });
        let refused = |code, message: &str| Invalid::from(FieldError::new("measure_base", code, message));
        if base.size().0 != amount.size().0 {
            return Err(refused(
                "other_unit",
                "must be in a unit that the measure can be turned into",
            ));
        }
        if base.thousandths % 1_000 != 0 {
            return Err(refused("not_whole", "must be a whole number of units"));
        }
        Ok(Some(Self { amount, base }))
    }

    /// Both as they are typed, empty where there is none.
    pub fn texts(measure: Option<Self>) -> (String, String) {
        measure.map_or_else(Default::default, |measure| {
            (measure.amount.to_string(), measure.base.to_string())
        })
    }

    /// How much is in it.
    pub fn amount(self) -> Amount {
        self.amount
    }

    /// For how much the base price is.
    pub fn base(self) -> Amount {
        self.base
    }

    /// How many units of its base that is.
    pub fn base_count(self) -> i64 {
        self.base.thousandths / 1_000
    }

    /// What the base costs when all of it costs `price`, rounded to what people can pay. None where it is the price itself.
    pub fn base_price(self, price: Money) -> Option<Money> {
        let ((_, amount), (_, base)) = (self.amount.size(), self.base.size());
        let step = i128::from(price.currency().practical_step());
        let exact = i128::from(price.minor()).checked_mul(base)?;
        let parts = amount.checked_mul(step)?;
        let steps = exact
            .checked_mul(2)?
            .checked_add(parts)?
            .checked_div(parts.checked_mul(2)?)?;
        let minor = i64::try_from(steps.checked_mul(step)?).ok()?;
        (amount != base).then(|| Money::new(minor, price.currency()))
    }
}

#[cfg(test)]
mod tests {
    use kernel::Currency;

    use super::*;

    fn measure(amount: &str, base: &str) -> Measure {
        Measure::parse(amount, base).unwrap().unwrap()
    }

    #[test]
    fn a_base_price_is_exact_and_rounded_once() {
        for (amount, base, price, expected) in [
            ("750 ml", "", 900, Some(1_200)),
            ("750ml", "100 ml", 900, Some(120)),
            ("0.75 L", "1 l", 999, Some(1_332)),
            ("70 cl", "", 2_499, Some(3_570)),
            ("3 kg", "", 100, Some(33)),
            ("6 pc", "", 3, Some(1)),
            ("1 kg", "", 500, None),
            ("1000 g", "", 500, None),
            ("16 oz", "", 500, None),
            ("8 oz", "", 500, Some(1_000)),
            ("12 fl oz", "1 floz", 600, Some(50)),
            ("2.5 m2", "", 1_000, Some(400)),
            ("0.001 mg", "1000000 kg", i64::MAX, None),
        ] {
            let price = Money::new(price, Currency::USD);
            let base_price = measure(amount, base).base_price(price).map(Money::minor);
            assert_eq!(base_price, expected, "{amount} {base}");
        }
        let rupiah = Money::new(1_000_000, Currency::IDR);
        let base_price = measure("300 g", "").base_price(rupiah).map(Money::minor);
        assert_eq!(base_price, Some(3_333_300), "nobody pays with sen");
    }

    #[test]
    fn what_is_typed_is_kept_in_one_way() {
        for (amount, base, kept) in [
            (" 0.750  L ", "", "0.75 l / 1 l"),
            ("12 FL OZ", "", "12 floz / 1 floz"),
            ("100 cm", "10 m", "100 cm / 10 m"),
        ] {
            let measure = measure(amount, base);
            assert_eq!(format!("{} / {}", measure.amount(), measure.base()), kept);
        }
        assert_eq!(Measure::parse(" ", ""), Ok(None));
    }

    #[test]
    fn what_cannot_be_measured_is_named() {
        for (amount, base, field, code) in [
            ("", "1 l", "measure", "required"),
            ("750", "", "measure", "invalid_measure"),
            ("1,5 l", "", "measure", "invalid_measure"),
            ("ml", "", "measure", "out_of_range"),
            ("0 ml", "", "measure", "out_of_range"),
            ("1.2345 l", "", "measure", "out_of_range"),
            ("1000001 g", "", "measure", "out_of_range"),
            ("750 ml", "1 kg", "measure_base", "other_unit"),
            ("750 ml", "litre", "measure_base", "invalid_measure"),
            ("750 ml", "0.5 l", "measure_base", "not_whole"),
        ] {
            let invalid = Measure::parse(amount, base).unwrap_err();
            assert_eq!(
                (invalid.0[0].field.as_str(), invalid.0[0].code),
                (field, code),
                "{amount} {base}"
            );
        }
    }
}
