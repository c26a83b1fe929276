//! Money: integer minor units and an ISO 4217 currency.
//!
//! `{minor: 1999, USD}` is 19.99 US dollars; yen have no decimals, dinars three. Arithmetic is checked: an overflow or a
//! mixed currency is an error, never a wrong number. What has to be cut into parts is allocated by largest remainder, so
//! the parts sum to the whole.

mod typed;

use std::{cmp::Reverse, fmt, str::FromStr};

use rust_decimal::{Decimal, RoundingStrategy, prelude::ToPrimitive};

use crate::{FieldError, Locale};

/// An ISO 4217 currency.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency(iso_currency::Currency);

impl Currency {
    /// US dollars.
    pub const USD: Self = Self(iso_currency::Currency::USD);
    /// Euros.
    pub const EUR: Self = Self(iso_currency::Currency::EUR);
    /// Indonesian rupiah. ISO 4217 gives them two decimals, shops show none.
    pub const IDR: Self = Self(iso_currency::Currency::IDR);
    /// Japanese yen, without decimals.
    pub const JPY: Self = Self(iso_currency::Currency::JPY);
    /// Kuwaiti dinars, with three decimals.
    pub const KWD: Self = Self(iso_currency::Currency::KWD);

    /// The currency of a three-letter code, in capitals.
    pub fn parse(code: &str) -> Result<Self, FieldError> {
        iso_currency::Currency::from_code(code)
            .filter(|currency| currency.exponent().is_some())
            .map(Self)
            .ok_or_else(|| {
                FieldError::new(
                    "currency",
                    "invalid_currency",
                    "is not an ISO 4217 currency code such as USD",
                )
            })
    }

    /// The three-letter code.
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// How many decimals one minor unit stands behind the point: 2 for dollars, 0 for yen, 3 for dinars.
    pub fn decimals(self) -> u32 {
        self.0.exponent().map_or(2, u32::from)
    }

    /// How many minor units the smallest amount is that people pay with: 100 where ISO 4217 names a hundredth that is not in
    /// use, such as the Indonesian sen, and 1 everywhere else.
    pub fn practical_step(self) -> i64 {
        match self.code() {
            "IDR" | "IRR" | "LAK" | "LBP" | "MMK" | "TWD" => 100,
            _ => 1,
        }
    }

    /// The sign shoppers know, such as `$` or `Rp`.
    pub fn symbol(self) -> &'static str {
        match self.code() {
            "USD" => "$",
            "EUR" => "€",
            "GBP" => "£",
            "JPY" => "¥",
            "IDR" => "Rp",
            "INR" => "₹",
            "KRW" => "₩",
            "CAD" => "CA$",
            "AUD" => "A$",
            "NZD" => "NZ$",
            "SGD" => "S$",
            code => code,
        }
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Currency {
    type Err = FieldError;

    fn from_str(code: &str) -> Result<Self, FieldError> {
        Self::parse(code)
    }
}

/// How a fraction of a minor unit becomes whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rounding {
    /// Half away from zero: what tax authorities and shoppers expect.
    HalfUp,
    /// Half to even: no drift over many roundings.
    HalfEven,
    /// Toward zero.
    Down,
    /// Away from zero.
    Up,
}

impl Rounding {
    fn strategy(self) -> RoundingStrategy {
        match self {
            Self::HalfUp => RoundingStrategy::MidpointAwayFromZero,
            Self::HalfEven => RoundingStrategy::MidpointNearestEven,
            Self::Down => RoundingStrategy::ToZero,
            Self::Up => RoundingStrategy::AwayFromZero,
        }
    }
}

/// Why a calculation has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Two currencies met.
    #[error("{0} and {1} cannot be mixed")]
    CurrencyMismatch(Currency, Currency),
    /// The result does not fit.
    #[error("the amount is too large")]
    Overflow,
}

/// An amount of one currency.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

impl Money {
    /// An amount in minor units: `Money::new(1999, Currency::USD)` is $19.99.
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Nothing.
    pub const fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    /// The amount in minor units.
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// Whether the amount is zero.
    pub const fn is_zero(self) -> bool {
        self.minor == 0
    }

    /// Whether the amount is below zero.
    pub const fn is_negative(self) -> bool {
        self.minor < 0
    }

    /// Whether the amount is above zero.
    pub const fn is_positive(self) -> bool {
        self.minor > 0
    }

    /// The sum.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        self.minor
            .checked_add(other.minor)
            .map(|minor| Self { minor, ..self })
            .ok_or(MoneyError::Overflow)
    }

    /// The difference.
    pub fn minus(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        self.minor
            .checked_sub(other.minor)
            .map(|minor| Self { minor, ..self })
            .ok_or(MoneyError::Overflow)
    }

    /// The amount `count` times.
    pub fn times(self, count: i64) -> Result<Self, MoneyError> {
        self.minor
            .checked_mul(count)
            .map(|minor| Self { minor, ..self })
            .ok_or(MoneyError::Overflow)
    }

    /// The amount with the other sign.
    pub fn negated(self) -> Result<Self, MoneyError> {
        self.times(-1)
    }

    /// The sum of many amounts, zero of `currency` for none.
    pub fn sum(currency: Currency, amounts: impl IntoIterator<Item = Self>) -> Result<Self, MoneyError> {
        amounts.into_iter().try_fold(Self::zero(currency), Self::plus)
    }

    /// The smaller of two amounts of one currency.
    pub fn min(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        Ok(if self.minor <= other.minor { self } else { other })
    }

    /// The amount times an exact rate, such as a tax rate of 0.0725, rounded once.
    pub fn at_rate(self, rate: Decimal, rounding: Rounding) -> Result<Self, MoneyError> {
        let exact = Decimal::from(self.minor)
            .checked_mul(rate)
            .ok_or(MoneyError::Overflow)?;
        let minor = exact
            .round_dp_with_strategy(0, rounding.strategy())
            .to_i64()
            .ok_or(MoneyError::Overflow)?;
        Ok(Self { minor, ..self })
    }

    /// The same rounded to an amount that people can pay, such as whole rupiah: for taxes, discounts and parts of a price.
    pub fn at_rate_in_practice(self, rate: Decimal, rounding: Rounding) -> Result<Self, MoneyError> {
        let step = self.currency.practical_step();
        let steps = Decimal::from(self.minor)
            .checked_mul(rate)
            .and_then(|exact| exact.checked_div(Decimal::from(step)))
            .ok_or(MoneyError::Overflow)?;
        let steps = steps.round_dp_with_strategy(0, rounding.strategy());
        let minor = steps.to_i64().and_then(|steps| steps.checked_mul(step));
        let minor = minor.ok_or(MoneyError::Overflow)?;
        Ok(Self { minor, ..self })
    }

    /// Whether people can pay it: whole rupiah, any cent.
    pub fn is_practical(self) -> bool {
        self.minor % self.currency.practical_step() == 0
    }

    /// Cuts the amount into one part for each weight, by largest remainder: every part is within one minor unit of its
    /// exact share, or one practical step where the whole is a number of them, and the parts sum to the whole. Equal
    /// remainders go to the earlier part. When all weights are zero the weights count as equal; without any weight there are
    /// no parts.
    ///
    /// Weights are often what there is of something, such as the amounts that a discount is taken off. So no part is more
    /// than its weight as long as the whole is not more than all of them: where steps would make it so, the parts are minor
    /// units.
    pub fn allocate(self, weights: &[u64]) -> Vec<Self> {
        let step = self.currency.practical_step();
        if step > 1 && self.is_practical() {
            let parts = self.allocate_in_steps(weights, step);
            let bounded = weights.iter().map(|weight| i128::from(*weight)).sum::<i128>() >= i128::from(self.minor);
            let fits = |(part, weight): (&Self, &u64)| u64::try_from(part.minor).is_ok_and(|part| part <= *weight);
            if !bounded || self.is_negative() || parts.iter().zip(weights).all(fits) {
                return parts;
            }
        }
        self.allocate_in_steps(weights, 1)
    }

    fn allocate_in_steps(self, weights: &[u64], step: i64) -> Vec<Self> {
        let all_zero = weights.iter().all(|weight| *weight == 0);
        let weights: Vec<i128> = weights
            .iter()
            .map(|weight| if all_zero { 1 } else { i128::from(*weight) })
            .collect();
        let total: i128 = weights.iter().sum();
        let step = i128::from(step);
        let whole = i128::from(self.minor) / step;
        let mut shares: Vec<(i128, i128)> = weights
            .iter()
            .map(|weight| (whole * weight / total.max(1), (whole * weight % total.max(1)).abs()))
            .collect();
        let mut left = whole - shares.iter().map(|(share, _)| share).sum::<i128>();
        let mut order: Vec<usize> = (0..shares.len()).collect();
        order.sort_by_key(|index| Reverse(shares.get(*index).map_or(0, |(_, remainder)| *remainder)));
        for index in order {
            if left == 0 {
                break;
            }
            if let Some((share, _)) = shares.get_mut(index) {
                *share += left.signum();
                left -= left.signum();
            }
        }
        shares
            .into_iter()
            .map(|(share, _)| Self {
                minor: i64::try_from(share * step).unwrap_or_default(),
                ..self
            })
            .collect()
    }

    /// The amount in major units: 1999 US cents are 19.99.
    pub fn to_decimal(self) -> Decimal {
        Decimal::new(self.minor, self.currency.decimals())
    }

    /// Reads a decimal amount in major units, such as `19.99` or `1,299.00`. Refused: signs other than a leading minus,
    /// more decimals than the currency has (unless they are zeros), and amounts that do not fit.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, FieldError> {
        let invalid = || FieldError::new("amount", "invalid_amount", format!("is not an amount in {currency}"));
        let plain = typed::plain_number(text.trim()).ok_or_else(invalid)?;
        let decimal: Decimal = plain.parse().map_err(|_decimal_error| invalid())?;
        Self::from_decimal(decimal, currency).ok_or_else(|| {
            FieldError::new(
                "amount",
                "invalid_amount",
                format!(
                    "has more decimals than {currency} ({}) or is too large",
                    currency.decimals()
                ),
            )
        })
    }

    /// The amount of a decimal in major units, if it is a whole number of minor units.
    pub fn from_decimal(decimal: Decimal, currency: Currency) -> Option<Self> {
        let minor = decimal.checked_mul(Decimal::from(10_i64.pow(currency.decimals())))?;
        if minor.is_integer() {
            minor.to_i64().map(|minor| Self { minor, currency })
        } else {
            None
        }
    }

    /// The amount as shoppers of that language write it: `$1,299.00` or `Rp 150.000`.
    pub fn format(self, locale: Locale) -> String {
        let shown_decimals = if self.currency.practical_step() > 1 && self.is_practical() {
            0
        } else {
            self.currency.decimals()
        };
        let number = locale.format_decimal(self.to_decimal().abs(), shown_decimals);
        let sign = if self.minor < 0 { "-" } else { "" };
        let symbol = self.currency.symbol();
        let spaced = symbol.chars().last().is_some_and(char::is_alphabetic) || !locale.symbol_touches_number();
        let space = if spaced { "\u{a0}" } else { "" };
        format!("{sign}{symbol}{space}{number}")
    }

    fn same_currency(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            Ok(())
        } else {
            Err(MoneyError::CurrencyMismatch(self.currency, other.currency))
        }
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.to_decimal(), self.currency)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.to_decimal(), self.currency)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn usd(minor: i64) -> Money {
        Money::new(minor, Currency::USD)
    }

    #[test]
    fn currencies_have_their_own_decimals() {
        for (currency, minor, decimal) in [
            (Currency::JPY, 1999, "1999"),
            (Currency::USD, 1999, "19.99"),
            (Currency::KWD, 1999, "1.999"),
        ] {
            assert_eq!(Money::new(minor, currency).to_decimal().to_string(), decimal);
            assert_eq!(Money::parse(decimal, currency), Ok(Money::new(minor, currency)));
        }
        assert!(Currency::parse("usd").is_err() && Currency::parse("XXX").is_err());
    }

    #[test]
    fn amounts_are_read_as_people_write_them() {
        for (text, minor) in [
            ("1,299.00", 129_900),
            (" 5 ", 500),
            ("0.1", 10),
            ("-3.50", -350),
            ("9.990", 999),
        ] {
            assert_eq!(Money::parse(text, Currency::USD), Ok(usd(minor)), "{text}");
        }
        for text in [
            "",
            ".",
            "1.",
            ".5",
            "1,29",
            "1299,000",
            "12,3456",
            "1.999",
            "$5",
            "1e3",
            "99999999999999999999",
        ] {
            assert_eq!(
                Money::parse(text, Currency::USD).unwrap_err().code,
                "invalid_amount",
                "{text}"
            );
        }
    }

    #[test]
    fn amounts_are_shown_as_shoppers_know_them() {
        for (money, locale, text) in [
            (usd(129_900), Locale::EN, "$1,299.00"),
            (usd(-5), Locale::EN, "-$0.05"),
            (Money::new(15_000_000, Currency::IDR), Locale::ID, "Rp\u{a0}150.000"),
            (Money::new(1999, Currency::EUR), Locale::ID, "€\u{a0}19,99"),
            (Money::new(1999, Currency::JPY), Locale::EN, "¥1,999"),
        ] {
            assert_eq!(money.format(locale), text);
        }
    }

    #[test]
    fn currencies_do_not_mix() {
        let error = usd(1).plus(Money::new(1, Currency::EUR)).unwrap_err();
        assert_eq!(error, MoneyError::CurrencyMismatch(Currency::USD, Currency::EUR));
        assert_eq!(usd(i64::MAX).plus(usd(1)), Err(MoneyError::Overflow));
    }

    #[test]
    fn rupiah_stay_whole_in_taxes_and_parts() {
        let rupiah = |whole: i64| Money::new(whole * 100, Currency::IDR);
        let rate = Decimal::new(11, 2);
        let tax = rupiah(14_995).at_rate_in_practice(rate, Rounding::HalfUp);
        assert_eq!(tax, Ok(rupiah(1_649)));
        assert_eq!(
            usd(1_499).at_rate_in_practice(rate, Rounding::HalfUp),
            usd(1_499).at_rate(rate, Rounding::HalfUp)
        );
        assert_eq!(rupiah(100).allocate(&[1, 1, 1]), [rupiah(34), rupiah(33), rupiah(33)]);
        let with_sen = Money::new(101, Currency::IDR);
        assert_eq!(
            with_sen.allocate(&[1, 1]),
            [Money::new(51, Currency::IDR), Money::new(50, Currency::IDR)]
        );
    }

    #[test]
    fn no_part_is_more_than_there_is_of_it() {
        let sen = |minor| Money::new(minor, Currency::IDR);
        // A rupiah off lines of 50 and 60 sen, and all of lines of 50 and 150.
        assert_eq!(sen(100).allocate(&[50, 60]), [sen(45), sen(55)]);
        assert_eq!(sen(200).allocate(&[50, 150]), [sen(50), sen(150)]);
        assert_eq!(sen(100).allocate(&[500, 1_500]), [sen(0), sen(100)]);
    }

    #[test]
    fn rates_are_rounded_once_and_by_name() {
        let rate = Decimal::new(5, 1);
        for (rounding, up, down) in [
            (Rounding::HalfUp, 2, -2),
            (Rounding::HalfEven, 2, -2),
            (Rounding::Down, 1, -1),
            (Rounding::Up, 2, -2),
        ] {
            assert_eq!(usd(3).at_rate(rate, rounding), Ok(usd(up)));
            assert_eq!(usd(-3).at_rate(rate, rounding), Ok(usd(down)));
        }
        assert_eq!(usd(5).at_rate(rate, Rounding::HalfEven), Ok(usd(2)));
    }

    proptest! {
        #[test]
        fn parts_sum_to_the_whole(minor in any::<i64>(), weights in prop::collection::vec(0_u64..1_000_000, 1..20)) {
            let parts = usd(minor).allocate(&weights);
            prop_assert_eq!(parts.len(), weights.len());
            let sum: i128 = parts.iter().map(|part| i128::from(part.minor())).sum();
            prop_assert_eq!(sum, i128::from(minor));
        }

        /// Whole rupiah or not: a discount leaves no line below zero, and is all given.
        #[test]
        fn a_part_is_never_more_than_its_weight(weights in prop::collection::vec(0_u64..2_000, 1..8), part in 0_u64..=1_000) {
            let all: u64 = weights.iter().sum();
            for minor in [all * part / 1_000, all * part / 100_000 * 100] {
                let whole = Money::new(i64::try_from(minor).unwrap(), Currency::IDR);
                let parts = whole.allocate(&weights);
                prop_assert_eq!(parts.iter().map(|part| part.minor()).sum::<i64>(), whole.minor());
                for (part, weight) in parts.iter().zip(&weights) {
                    prop_assert!(part.minor() >= 0 && (all == 0 || u64::try_from(part.minor()).unwrap() <= *weight));
                }
            }
        }

        #[test]
        fn a_part_is_within_one_unit_of_its_share(minor in -1_000_000_i64..1_000_000, weights in prop::collection::vec(1_u64..1_000, 1..10)) {
            let total: i128 = weights.iter().map(|w| i128::from(*w)).sum();
            for (part, weight) in usd(minor).allocate(&weights).iter().zip(&weights) {
                let exact = i128::from(minor) * i128::from(*weight);
                prop_assert!((i128::from(part.minor()) * total - exact).abs() < total);
            }
        }

        #[test]
        fn a_text_survives_the_round_trip(minor in -1_000_000_000_i64..1_000_000_000) {
            prop_assert_eq!(Money::parse(&usd(minor).to_decimal().to_string(), Currency::USD), Ok(usd(minor)));
        }
    }
}
