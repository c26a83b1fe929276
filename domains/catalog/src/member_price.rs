//! What a customer pays by price lists. Pure: what the lists say was loaded before.

use std::{cmp::Reverse, collections::BTreeSet};

use kernel::{CountryCode, CustomerId, Money, PriceListId, Rounding};
use rust_decimal::Decimal;

/// Who buys, as far as price lists ask. Nobody in particular buys by no list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Buyer {
    /// The customer, who is in groups or not.
    pub customer: Option<CustomerId>,
    /// Where the goods go; as long as nobody said, to the customer's default address, or else within the store's country.
    pub country: Option<CountryCode>,
}

impl Buyer {
    /// A customer of whom no more is known.
    pub fn of(customer: Option<CustomerId>) -> Self {
        Self {
            customer,
            country: None,
        }
    }
}

/// A price that a list asks from a quantity on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PriceBreak {
    /// From how many pieces on.
    pub min_quantity: i64,
    /// What each then costs.
    pub price: Money,
}

/// What a list that is on asks of a customer for one variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListOffer {
    /// The customer, who is in a group that the list is for.
    pub customer_id: CustomerId,
    /// Where the customer is, as long as nobody says where the goods go.
    pub home: CountryCode,
    /// The list.
    pub list_id: PriceListId,
    /// Its name.
    pub list_name: String,
    /// Of several lists the one with the highest counts.
    pub priority: i32,
    /// The countries it is for; none: all.
    pub countries: Vec<CountryCode>,
    /// What it takes off the regular price, as a fraction, where it asks no price of its own.
    pub percent_off: Option<Decimal>,
    /// The prices it asks, by their quantities.
    pub breaks: Vec<PriceBreak>,
}

/// What one piece costs somebody, and which list says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitPrice {
    /// What is to be paid.
    pub price: Money,
    /// The list, where it is not what everybody pays.
    pub list: Option<ListName>,
}

/// A price list by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListName {
    /// Its id.
    pub id: PriceListId,
    /// What the merchant calls it.
    pub name: String,
}

/// A price with the quantity from which on it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceStep {
    /// From how many pieces on.
    pub min_quantity: i64,
    /// What each then costs.
    pub unit: UnitPrice,
}

impl ListOffer {
    fn is_for(&self, buyer: &Buyer) -> bool {
        let country = buyer.country.unwrap_or(self.home);
        buyer.customer == Some(self.customer_id) && (self.countries.is_empty() || self.countries.contains(&country))
    }

    /// What the list asks for so many: the price of the highest quantity that is reached, or else its percentage off. A price that
    /// is not below what everybody pays takes the place of the percentage too: it keeps a variant out of the list.
    fn price(&self, regular: Money, quantity: i64) -> Option<Money> {
        let reached = self.breaks.iter().filter(|step| step.min_quantity <= quantity);
        let of_row = reached.max_by_key(|step| step.min_quantity).map(|step| step.price);
        let off = || {
            let off = regular.at_rate_in_practice(self.percent_off?, Rounding::HalfUp).ok()?;
            regular.minus(off).ok()
        };
        let price = of_row.or_else(off)?;
        (price.currency() == regular.currency()).then_some(price)
    }
}

/// What one of so many pieces costs the buyer: of the lists that ask a price for it, the one of the highest priority says it, then
/// the lowest price, then the older list; and nobody pays more than everybody does.
pub(crate) fn unit_price(
    (everybody, regular): (Money, Money),
    offers: &[ListOffer],
    buyer: &Buyer,
    quantity: i64,
) -> UnitPrice {
    let asked = offers.iter().filter(|offer| offer.is_for(buyer));
    let asked = asked.filter_map(|offer| Some((offer, offer.price(regular, quantity)?)));
    let chosen = asked.min_by_key(|(offer, price)| (Reverse(offer.priority), price.minor(), offer.list_id));
    match chosen {
        Some((offer, price)) if price.minor() < everybody.minor() => UnitPrice {
            price,
            list: Some(ListName {
                id: offer.list_id,
                name: offer.list_name.clone(),
            }),
        },
        Some(_) | None => UnitPrice {
            price: everybody,
            list: None,
        },
    }
}

/// Every price that a quantity of it has for the buyer, from one piece on.
pub(crate) fn steps(prices: (Money, Money), offers: &[ListOffer], buyer: &Buyer) -> Vec<PriceStep> {
    let breaks = offers.iter().flat_map(|offer| &offer.breaks);
    let mut quantities: Vec<i64> = breaks.map(|step| step.min_quantity).chain([1]).collect();
    quantities.sort_unstable();
    quantities.dedup();
    let mut steps: Vec<PriceStep> = Vec::new();
    for min_quantity in quantities {
        let unit = unit_price(prices, offers, buyer, min_quantity);
        if steps.last().is_none_or(|last| last.unit.price != unit.price) {
            steps.push(PriceStep { min_quantity, unit });
        }
    }
    steps
}

/// The same by where the goods go: to each country that a list names, and to any other. Nothing where no list is for the customer.
pub(crate) fn steps_by_country(
    prices: (Money, Money),
    offers: &[ListOffer],
    customer: CustomerId,
) -> Vec<(Option<CountryCode>, Vec<PriceStep>)> {
    let of_customer = || offers.iter().filter(move |offer| offer.customer_id == customer);
    if of_customer().next().is_none() {
        return Vec::new();
    }
    let named: BTreeSet<CountryCode> = of_customer().flat_map(|offer| &offer.countries).copied().collect();
    let unbound = of_customer().filter(|offer| offer.countries.is_empty());
    let unbound: Vec<ListOffer> = unbound.cloned().collect();
    let elsewhere = steps(prices, &unbound, &Buyer::of(Some(customer)));
    let in_country = |country| {
        let buyer = Buyer {
            customer: Some(customer),
            country: Some(country),
        };
        (Some(country), steps(prices, offers, &buyer))
    };
    named.into_iter().map(in_country).chain([(None, elsewhere)]).collect()
}

#[cfg(test)]
mod tests {
    use kernel::{Currency, SeededEntropy};

    use super::*;

    fn usd(minor: i64) -> Money {
        Money::new(minor, Currency::USD)
    }

    fn id<T: kernel::TypedId>(seed: u64) -> T {
        T::generate(chrono::DateTime::UNIX_EPOCH, &SeededEntropy::new(seed))
    }

    fn offer(seed: u64, priority: i32, breaks: &[(i64, i64)]) -> ListOffer {
        ListOffer {
            customer_id: id(1),
            home: CountryCode::US,
            list_id: id(seed),
            list_name: format!("list {seed}"),
            priority,
            countries: Vec::new(),
            percent_off: None,
            breaks: breaks
                .iter()
                .map(|(min_quantity, price)| PriceBreak {
                    min_quantity: *min_quantity,
                    price: usd(*price),
                })
                .collect(),
        }
    }

    fn ann() -> Buyer {
        Buyer::of(Some(id(1)))
    }

    fn price(offers: &[ListOffer], buyer: &Buyer, quantity: i64) -> i64 {
        unit_price((usd(900), usd(1_000)), offers, buyer, quantity)
            .price
            .minor()
    }

    #[test]
    fn the_quantity_decides_which_price_of_a_list_counts() {
        let list = [offer(2, 0, &[(5, 800), (10, 700)])];
        for (quantity, expected) in [(1, 900), (4, 900), (5, 800), (9, 800), (10, 700), (9_999, 700)] {
            assert_eq!(price(&list, &ann(), quantity), expected, "{quantity}");
        }
        let told: Vec<_> = steps((usd(900), usd(1_000)), &list, &ann())
            .into_iter()
            .map(|step| (step.min_quantity, step.unit.price.minor(), step.unit.list.is_some()))
            .collect();
        assert_eq!(told, [(1, 900, false), (5, 800, true), (10, 700, true)]);
    }

    #[test]
    fn where_the_goods_go_decides_which_lists_count() {
        let (prices, germany) = ((usd(900), usd(1_000)), CountryCode::parse("DE").unwrap());
        let bound = ListOffer {
            countries: vec![germany],
            ..offer(2, 0, &[(1, 700)])
        };
        let anywhere = offer(3, 0, &[(3, 800)]);
        let told: Vec<_> = steps_by_country(prices, &[bound.clone(), anywhere], id(1))
            .into_iter()
            .map(|(country, steps)| {
                let steps = steps.iter().map(|step| (step.min_quantity, step.unit.price.minor()));
                (country, steps.collect::<Vec<_>>())
            })
            .collect();
        assert_eq!(
            told,
            [(Some(germany), vec![(1, 700)]), (None, vec![(1, 900), (3, 800)])]
        );
        assert!(steps_by_country(prices, &[bound], id(9)).is_empty());
    }

    #[test]
    fn a_percentage_counts_where_no_price_does_and_is_of_the_regular_price() {
        let list = [ListOffer {
            percent_off: Some(Decimal::new(125, 3)),
            ..offer(2, 0, &[(5, 800)])
        }];
        assert_eq!(price(&list, &ann(), 1), 875);
        assert_eq!(price(&list, &ann(), 5), 800);
        let kept_out = [ListOffer {
            percent_off: Some(Decimal::new(125, 3)),
            ..offer(2, 0, &[(1, 1_000)])
        }];
        assert_eq!(price(&kept_out, &ann(), 1), 900, "what everybody pays");
        let odd = unit_price((usd(999), usd(999)), &list, &ann(), 1);
        assert_eq!(odd.price, usd(874), "124.875 off is 125");
    }

    #[test]
    fn the_highest_priority_decides_then_the_lowest_price_then_the_older_list() {
        let (dear, cheap) = (offer(2, 5, &[(1, 800)]), offer(3, 1, &[(1, 100)]));
        assert_eq!(price(&[cheap.clone(), dear.clone()], &ann(), 1), 800);
        let cheap = ListOffer { priority: 5, ..cheap };
        assert_eq!(price(&[dear.clone(), cheap.clone()], &ann(), 1), 100);
        let twin = ListOffer {
            list_id: id(9),
            ..cheap.clone()
        };
        let older = cheap.list_id.min(twin.list_id);
        for offers in [[twin.clone(), cheap.clone()], [cheap, twin]] {
            let chosen = unit_price((usd(900), usd(1_000)), &offers, &ann(), 1);
            assert_eq!(chosen.list.map(|list| list.id), Some(older));
        }
        let later = offer(4, 9, &[(10, 300)]);
        assert_eq!(
            price(&[dear.clone(), later], &ann(), 1),
            800,
            "it asks nothing for one piece"
        );
        let above = offer(5, 9, &[(1, 950)]);
        assert_eq!(
            price(&[dear, above], &ann(), 1),
            900,
            "the list that decides asks no less than everybody pays"
        );
    }

    #[test]
    fn a_list_is_for_its_customers_and_its_countries() {
        let germany = CountryCode::parse("DE").unwrap();
        let abroad = ListOffer {
            countries: vec![germany],
            ..offer(2, 0, &[(1, 500)])
        };
        let to = |country| Buyer { country, ..ann() };
        assert_eq!(
            price(std::slice::from_ref(&abroad), &ann(), 1),
            900,
            "at home in the US"
        );
        assert_eq!(price(std::slice::from_ref(&abroad), &to(Some(germany)), 1), 500);
        let at_home = ListOffer {
            home: germany,
            ..abroad
        };
        assert_eq!(price(std::slice::from_ref(&at_home), &ann(), 1), 500);
        assert_eq!(
            price(std::slice::from_ref(&at_home), &to(Some(CountryCode::US)), 1),
            900
        );
        for stranger in [Buyer::default(), Buyer::of(Some(id(7)))] {
            assert_eq!(price(std::slice::from_ref(&at_home), &stranger, 1), 900);
        }
    }

    #[test]
    fn nobody_ever_pays_more_than_everybody_and_the_order_of_lists_changes_nothing() {
        let entropy = SeededEntropy::new(42);
        let mut bytes = [0; 8];
        let mut draw = |below: u64| {
            kernel::Entropy::fill(&entropy, &mut bytes);
            i64::try_from(u64::from_le_bytes(bytes) % below).unwrap()
        };
        for round in 0..2_000 {
            let count = draw(4);
            let mut offers: Vec<ListOffer> = (0..count)
                .map(|number| {
                    let breaks = [(1 + draw(3), draw(1_500)), (5 + draw(9), draw(1_500))];
                    ListOffer {
                        percent_off: (draw(2) == 0).then(|| Decimal::new(1 + draw(1_000), 3)),
                        ..offer(
                            u64::try_from(number).unwrap() + 2,
                            i32::try_from(draw(3)).unwrap(),
                            &breaks,
                        )
                    }
                })
                .collect();
            let prices = (usd(1 + draw(1_000)), usd(1_000));
            let quantity = 1 + draw(20);
            let chosen = unit_price(prices, &offers, &ann(), quantity);
            assert!(chosen.price.minor() <= prices.0.minor(), "{round}: {offers:?}");
            assert_eq!(chosen.list.is_some(), chosen.price != prices.0, "{round}");
            assert_eq!(unit_price(prices, &offers, &Buyer::default(), quantity).price, prices.0);
            let told = steps(prices, &offers, &ann());
            let step = told.iter().rfind(|step| step.min_quantity <= quantity).unwrap();
            assert_eq!(step.unit.price, chosen.price, "{round}: the table says what is charged");
            offers.reverse();
            assert_eq!(unit_price(prices, &offers, &ann(), quantity), chosen, "{round}");
        }
    }
}
