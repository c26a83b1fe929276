//! What callers do: buy, fill a cart, look at pages.

use std::sync::Arc;

use hyper::StatusCode;
use serde::Deserialize;
use serde_json::json;

use crate::{
    http::Connection,
    load::{Caller, Done},
};

/// The parts of a cart that a buyer reads.
#[derive(Deserialize)]
struct Cart {
    totals: Totals,
}

#[derive(Deserialize)]
struct Totals {
    total: serde_json::Value,
}

/// The parts of a refusal that a buyer reads.
#[derive(Deserialize)]
struct Refusal {
    code: String,
}

/// Buys: a cart with everything in it, then its completion with the total that was shown.
#[derive(Debug)]
pub(crate) struct Buyer {
    /// What there is to buy; each time the next ones.
    variants: Arc<[String]>,
    next: usize,
    lines: usize,
    /// Whether being told that it is sold out is an answer rather than a failure.
    until_sold_out: bool,
    /// How many times more it buys; without an end when none is said.
    left: Option<usize>,
}

impl Buyer {
    /// Two different things each time.
    pub(crate) fn of_two(variants: &Arc<[String]>, index: usize) -> Self {
        Self {
            variants: Arc::clone(variants),
            next: index.wrapping_mul(7_919),
            lines: 2,
            until_sold_out: false,
            left: None,
        }
    }

    /// One piece of the same thing as everybody.
    pub(crate) fn of_one(variant: &str) -> Self {
        Self {
            variants: Arc::from([variant.to_owned()]),
            next: 0,
            lines: 1,
            until_sold_out: false,
            left: None,
        }
    }

    /// The same, until nothing is left.
    pub(crate) fn until_sold_out(variant: &str) -> Self {
        Self {
            until_sold_out: true,
            ..Self::of_one(variant)
        }
    }

    /// The same, so many times.
    pub(crate) fn only(self, times: usize) -> Self {
        Self {
            left: Some(times),
            ..self
        }
    }

    fn cart(&mut self) -> String {
        let mut lines = Vec::with_capacity(self.lines);
        for _ in 0..self.lines {
            let variant = self.variants.get(self.next % self.variants.len().max(1));
            lines.push(json!({"variant_id": variant, "quantity": 1}));
            self.next = self.next.wrapping_add(104_729);
        }
        json!({
            "lines": lines,
            "email": "ann@example.com",
            "shipping_address": {
                "first_name": "Ann", "last_name": "Lee", "line1": "1 Main St", "city": "Oakland", "state": "CA",
                "postal_code": "94607", "country": "US",
            },
            "shipping_option": "standard",
        })
        .to_string()
    }
}

impl Caller for Buyer {
    async fn operate(&mut self, http: &mut Connection) -> anyhow::Result<Done> {
        if let Some(left) = self.left {
            let Some(left) = left.checked_sub(1) else {
                return Ok(Done::Over);
            };
            self.left = Some(left);
        }
        let made = http.post("/api/v1/carts", self.cart()).await?;
        if self.until_sold_out && made.status == StatusCode::CONFLICT {
            return is_sold_out(&made.body, &["insufficient_stock", "not_for_sale"]);
        }
        let made = made.expect(StatusCode::CREATED)?;
        let total = serde_json::from_slice::<Cart>(&made.body)?.totals.total;
        let payment = json!({"payment": {"gateway": "sandbox", "token": "tok_success"}, "expected_total": total});
        let placed = http
            .post(&format!("{}/complete", made.location), payment.to_string())
            .await?;
        if self.until_sold_out && placed.status == StatusCode::CONFLICT {
            return is_sold_out(&placed.body, &["out_of_stock", "line_unavailable"]);
        }
        placed.expect(StatusCode::CREATED)?;
        Ok(Done::Counted)
    }
}

fn is_sold_out(body: &[u8], codes: &[&str]) -> anyhow::Result<Done> {
    let code = serde_json::from_slice::<Refusal>(body)?.code;
    anyhow::ensure!(codes.contains(&code.as_str()), "refused with {code}");
    Ok(Done::Over)
}

/// Puts one more piece into a cart of its own that is there already, of five things in turn.
#[derive(Debug)]
pub(crate) struct Collector {
    /// The cart's address.
    pub(crate) cart: String,
    /// What there is.
    pub(crate) variants: Arc<[String]>,
    /// Which comes next.
    pub(crate) next: usize,
}

impl Caller for Collector {
    async fn operate(&mut self, http: &mut Connection) -> anyhow::Result<Done> {
        self.next = (self.next + 1) % 5;
        let line = json!({"variant_id": self.variants.get(self.next), "quantity": 1});
        let answer = http.post(&format!("{}/lines", self.cart), line.to_string()).await?;
        anyhow::ensure!(answer.status.is_success(), "answered {}", answer.status);
        Ok(Done::Counted)
    }
}

/// Makes an empty cart and tells its address.
pub(crate) async fn open_cart(http: &mut Connection) -> anyhow::Result<String> {
    let made = http.post("/api/v1/carts", "{}".to_owned()).await?;
    Ok(made.expect(StatusCode::CREATED)?.location)
}

/// Looks at pages, one after the other.
#[derive(Debug)]
pub(crate) struct Reader {
    pages: Arc<[String]>,
    next: usize,
    once: bool,
}

impl Reader {
    /// Looks at the same pages again and again.
    pub(crate) fn again(pages: &Arc<[String]>, index: usize) -> Self {
        Self {
            pages: Arc::clone(pages),
            next: index,
            once: false,
        }
    }

    /// Looks at each page once.
    pub(crate) fn once(pages: &Arc<[String]>) -> Self {
        Self {
            once: true,
            ..Self::again(pages, 0)
        }
    }
}

impl Caller for Reader {
    async fn operate(&mut self, http: &mut Connection) -> anyhow::Result<Done> {
        if self.once && self.next >= self.pages.len() {
            return Ok(Done::Over);
        }
        let page = self.pages.get(self.next % self.pages.len().max(1));
        self.next += 1;
        let answer = http.get(page.map_or("/", String::as_str)).await?;
        answer.expect(StatusCode::OK)?;
        Ok(Done::Counted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cart_has_two_different_things_and_the_next_has_others() {
        let variants: Arc<[String]> = (0..1000).map(|number| format!("var_{number}")).collect();
        let mut buyer = Buyer::of_two(&variants, 3);
        let lines = |cart: String| {
            let cart: serde_json::Value = serde_json::from_str(&cart).unwrap();
            [0, 1].map(|index| cart["lines"][index]["variant_id"].as_str().unwrap().to_owned())
        };
        let (first, second) = (lines(buyer.cart()), lines(buyer.cart()));
        assert_ne!(first[0], first[1]);
        assert_ne!(first, second);
    }

    #[test]
    fn only_being_sold_out_ends_a_sale() {
        let body = br#"{"code": "out_of_stock", "status": 409}"#;
        assert_eq!(is_sold_out(body, &["out_of_stock"]).unwrap(), Done::Over);
        assert!(is_sold_out(br#"{"code": "total_changed"}"#, &["out_of_stock"]).is_err());
    }
}
