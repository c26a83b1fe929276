//! Totals that other platforms expect in their own tests, in `peer_cases.csv`, one a row, `source` says where. Each row
//! whose rule Souk has must come out the same; the others are counted by the rule that is missing, below in [`MISSING`].
//! `PEER_CASES=file.csv` checks another file of the same form, and prints what it cannot express.

use std::collections::BTreeMap;

use kernel::{CollectionId, Currency, Money, ProductId, TaxRounding, VariantId};
use rust_decimal::prelude::ToPrimitive as _;
use serde_json::Value;
use uuid::Uuid;

use super::{coupon, facts, now, rate};
use crate::{
    CouponFacts, CouponKind, CouponReason, CouponTerms, LineFacts, Quote, QuoteFacts, QuoteLine, RefundShare,
    ShippingFacts, SoldLine, quote, refund_share,
};

const CASES: &str = include_str!("peer_cases.csv");

/// Rules that Souk does not have, and how many of the cases need each.
const MISSING: &[(&str, usize)] = &[
    ("a delivery that is taxed beside goods that are not", 6),
    ("a discount on everything because of one product", 11),
    ("a discount that keeps better ones out by its rank", 1),
    ("a discount with several actions", 1),
    ("a minimum of pieces", 6),
    ("a minimum of some products only", 5),
    ("a part of the delivery", 2),
    ("a price that discounts may not fall below", 8),
    ("a total that is set", 3),
    ("an amount off each of several pieces", 3),
    ("discounts for products by their price", 12),
    ("discounts for some customers only", 2),
    ("discounts of the catalogue, which coupons may pass over", 2),
    ("discounts that belong to no line", 1),
    ("prices with parts of a cent", 1),
    ("prices with some taxes inside and some on top", 3),
    ("refunds of an amount: the orders domain's", 7),
    ("several deliveries of one order", 2),
    ("several discounts of one lane that add up", 4),
    ("surcharges", 4),
    ("tax that is rounded by the piece", 6),
    ("tiers by what is spent", 5),
    (
        "what a delivery costs by weight, price or pieces: the shipping domain's",
        7,
    ),
    ("which deliveries are offered: the shipping domain's", 4),
];

/// A row by its column names.
type Case = BTreeMap<String, String>;

/// Why a case cannot be asked of Souk: the rule that is missing.
type Missing = &'static str;

fn cases() -> Vec<Case> {
    let text =
        std::env::var("PEER_CASES").map_or_else(|_| CASES.to_owned(), |path| std::fs::read_to_string(path).unwrap());
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(|row| row.unwrap()).collect()
}

fn json(case: &Case, column: &str) -> Value {
    let text = &case[column];
    if text.is_empty() {
        return Value::Null;
    }
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{} {column}: {error}", case["case_id"]))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// A number of minor units; other platforms keep parts of them, Souk rounds.
fn minor(value: &Value) -> i64 {
    let number: rust_decimal::Decimal = value.to_string().trim_matches('"').parse().unwrap();
    number
        .round_dp_with_strategy(0, rust_decimal::RoundingStrategy::MidpointAwayFromZero)
        .to_i64()
        .unwrap()
}

fn number_of(sku: &str) -> Uuid {
    Uuid::from_u128(sku.bytes().fold(0, |sum, byte| sum * 256 + u128::from(byte)))
}

fn money(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

/// The rates of a tax class where the order goes.
fn rates(case: &Case, class: &Value) -> Result<Vec<tax::Rate>, Missing> {
    if class.is_null() {
        return Ok(Vec::new());
    }
    let goes_to = if ["US", "United States"].contains(&case["ship_zone"].as_str()) {
        "US"
    } else {
        "ROW"
    };
    let rates = json(case, "tax_rates");
    let there = |rate: &&Value| rate["tax_class"] == *class && rate["zone"].as_str().is_none_or(|zone| zone == goes_to);
    Ok(list(&rates)
        .iter()
        .filter(there)
        .map(|of_class| percentage_rate(&of_class["rate_pct"]))
        .filter(|rate| !rate.rate.is_zero())
        .collect())
}

fn percentage_rate(percentage: &Value) -> tax::Rate {
    rate("tax", &fraction(percentage).to_string())
}

fn fraction(percentage: &Value) -> rust_decimal::Decimal {
    let percentage: rust_decimal::Decimal = percentage.to_string().parse().unwrap();
    percentage / rust_decimal::Decimal::ONE_HUNDRED
}

fn facts_of(case: &Case) -> Result<QuoteFacts, Missing> {
    if case["prices_include_tax"] == "mixed" {
        return Err("prices with some taxes inside and some on top");
    }
    let items = json(case, "items");
    let items = list(&items);
    let lines = items
        .iter()
        .map(|item| line_of(case, item))
        .collect::<Result<Vec<_>, _>>()?;
    let shipping = shipping_of(case)?;
    let goods_are_taxed = lines.iter().any(|line| !line.taxes.is_empty());
    if shipping.as_ref().is_some_and(|shipping| !shipping.taxes.is_empty()) && !goods_are_taxed {
        return Err("a delivery that is taxed beside goods that are not");
    }
    let decimal = case["tax_rates"].contains("\"calculator\":\"decimal\"");
    let tax_rounding = match case["tax_strategy"].as_str() {
        _ if decimal => TaxRounding::Order,
        "order item units" if items.iter().any(|item| item["qty"] != 1) => {
            return Err("tax that is rounded by the piece");
        }
        _ => TaxRounding::Line,
    };
    let currency: Currency = case["currency"].parse().unwrap();
    Ok(QuoteFacts {
        prices_include_tax: case["prices_include_tax"] == "true",
        tax_rounding,
        shipping,
        coupons: coupons_of(case)?,
        ..facts(currency, lines)
    })
}

fn line_of(case: &Case, item: &Value) -> Result<LineFacts, Missing> {
    for (key, missing) in [
        ("min_price", "a price that discounts may not fall below"),
        (
            "catalog_discounts",
            "discounts of the catalogue, which coupons may pass over",
        ),
    ] {
        if !item[key].is_null() {
            return Err(missing);
        }
    }
    let price = item["unit_price"].as_i64().ok_or("prices with parts of a cent")?;
    let number = number_of(item["sku"].as_str().unwrap());
    let categories = list(&item["categories"]).iter().filter_map(Value::as_str);
    Ok(LineFacts {
        variant_id: VariantId::from(number),
        product_id: ProductId::from(number),
        collection_ids: categories.map(|name| CollectionId::from(number_of(name))).collect(),
        quantity: item["qty"].as_i64().unwrap(),
        unit_price: money(price),
        taxes: rates(case, &item["tax_class"])?,
    })
}

/// The delivery that was chosen, or the first one that is listed.
fn shipping_of(case: &Case) -> Result<Option<ShippingFacts>, Missing> {
    let methods = json(case, "shipping_methods");
    let chosen = case["shipping_selected"].as_str();
    if chosen == "both" || chosen.contains('+') {
        return Err("several deliveries of one order");
    }
    let method = list(&methods)
        .iter()
        .find(|method| chosen.is_empty() || method["method"] == chosen);
    let Some(method) = method else { return Ok(None) };
    let by_rule = |name: &String| !["method", "fee", "zone", "tax_class", "tax_rate_pct"].contains(&name.as_str());
    if method.as_object().unwrap().keys().any(by_rule) {
        return Err("what a delivery costs by weight, price or pieces: the shipping domain's");
    }
    let taxes = match &method["tax_rate_pct"] {
        Value::Null => rates(case, &method["tax_class"])?,
        percentage => vec![percentage_rate(percentage)],
    };
    Ok(Some(ShippingFacts {
        price: money(minor(&method["fee"])),
        taxes,
    }))
}

/// Promotions, and discounts that a case takes off by hand, as the coupons that do the same.
fn coupons_of(case: &Case) -> Result<Vec<CouponFacts>, Missing> {
    let (mut coupons, items) = (Vec::new(), json(case, "items"));
    for promotion in list(&json(case, "promotions")) {
        let id = promotion["id"].as_str().unwrap();
        if promotion["exclusive"] == true {
            return Err("a discount that keeps better ones out by its rank");
        }
        let actions = list(&promotion["actions"]);
        let [action] = actions else {
            return Err("a discount with several actions");
        };
        let mut entered = coupon(id, terms_of(list(&items), promotion, action)?);
        let stored = entered.coupon.as_mut().unwrap();
        match promotion["state"].as_str() {
            None | Some("active") => {}
            Some("disabled") => stored.terms.active = false,
            Some("expired") => stored.terms.ends_at = Some(now()),
            Some("not_started") => stored.terms.starts_at = Some(now() + chrono::TimeDelta::days(1)),
            Some("coupon_used_up") => stored.terms.total_limit = Some(stored.used_count),
            Some(other) => panic!("{}: {other}", case["case_id"]),
        }
        if promotion["requires_coupon"] != true || promotion["coupon_applied"] == true {
            coupons.push(entered);
        }
    }
    let operation = json(case, "operation");
    for by_hand in ["line_discount_net", "line_discount_gross", "adjustment_before_tax"] {
        if !operation[by_hand].is_null() {
            let amount = money(minor(&operation[by_hand]).abs());
            coupons.push(coupon("BYHAND", CouponTerms::of(CouponKind::FixedAmount(amount))));
        }
    }
    Ok(coupons)
}

/// Whether an amount off each piece is one amount, because there is one piece of what it is for.
fn takes_one_piece(items: &[Value], action: &Value) -> bool {
    let is_for = |item: &&Value| {
        (action["product"].is_null() || action["product"] == item["sku"])
            && (action["category"].is_null() || list(&item["categories"]).contains(&action["category"]))
    };
    items.iter().filter(is_for).map(|item| minor(&item["qty"])).sum::<i64>() <= 1
}

fn terms_of(items: &[Value], promotion: &Value, action: &Value) -> Result<CouponTerms, Missing> {
    let amount = |name: &str| (!action[name].is_null()).then(|| money(minor(&action[name])));
    let kind = match (action["on"].as_str().unwrap(), amount("fixed"), &action["pct"]) {
        _ if !action["tiers"].is_null() => return Err("tiers by what is spent"),
        _ if !action["set_total"].is_null() => return Err("a total that is set"),
        _ if !action["price_min"].is_null() || !action["price_max"].is_null() => {
            return Err("discounts for products by their price");
        }
        ("shipping", None, percentage) if minor(percentage) == 100 => CouponKind::FreeShipping,
        ("shipping", ..) => return Err("a part of the delivery"),
        ("unit", Some(fixed), _) if takes_one_piece(items, action) => CouponKind::FixedAmount(fixed),
        ("unit", Some(_), _) => return Err("an amount off each of several pieces"),
        (_, Some(fixed), _) => CouponKind::FixedAmount(fixed),
        (_, None, percentage) => CouponKind::Percentage(fraction(percentage).min(rust_decimal::Decimal::ONE)),
    };
    let mut terms = CouponTerms::of(kind);
    terms
        .products
        .extend(action["product"].as_str().map(|sku| ProductId::from(number_of(sku))));
    terms.collections.extend(
        action["category"]
            .as_str()
            .map(|name| CollectionId::from(number_of(name))),
    );
    for rule in list(&promotion["rules"]) {
        let (name, value) = rule.as_object().unwrap().iter().next().unwrap();
        match name.as_str() {
            "min_items_total" => terms.minimum = Some(money(minor(value))),
            "min_qty" => return Err("a minimum of pieces"),
            "contains_product" | "contains_category" => return Err("a discount on everything because of one product"),
            "category_total_min" | "line_min_qty" => return Err("a minimum of some products only"),
            "customer_group" | "nth_order" => return Err("discounts for some customers only"),
            other => panic!("{other}"),
        }
    }
    Ok(terms)
}

/// What an operation comes to that is no quote: shares of an amount, or what is given back.
fn operated(case: &Case, operation: &Value, quoted: &Quote) -> Result<Option<i64>, Missing> {
    let whole_delivery = || quoted.shipping.as_ref().map_or(0, |shipping| shipping.total.minor());
    if !operation["surcharge"].is_null() {
        return Err("surcharges");
    }
    if !operation["order_adjustment"].is_null() {
        return Err("discounts that belong to no line");
    }
    if !operation["amount"].is_null() || !operation["already_refunded"].is_null() {
        return Err("refunds of an amount: the orders domain's");
    }
    if operation["refund"].is_string() {
        return Ok(Some(quoted.total.minor()));
    }
    if !operation["then_refund_rest_of_shipment"].is_null() || !operation["refund_shipment"].is_null() {
        return Ok(Some(whole_delivery()));
    }
    let Some(units) = operation["refund_units"].as_object() else {
        return Ok(None);
    };
    let mut sum = 0;
    for (sku, pieces) in units {
        let line = line(quoted, sku);
        let sold = SoldLine {
            quantity: line.quantity,
            total: line.total,
            tax: line.tax,
        };
        sum += refund_share(&sold, &RefundShare::none(line.total.currency()), minor(pieces))
            .unwrap_or_else(|error| panic!("{}: {error}", case["case_id"]))
            .amount
            .minor();
    }
    Ok(Some(sum))
}

fn line<'q>(quoted: &'q Quote, sku: &str) -> &'q QuoteLine {
    let number = VariantId::from(number_of(sku));
    quoted.lines.iter().find(|line| line.variant_id == number).unwrap()
}

/// What comes out, by the columns of the file, and what should.
fn compared(case: &Case) -> Result<Vec<(String, i64, i64)>, Missing> {
    let operation = json(case, "operation");
    let other = json(case, "expected_other");
    if !operation["distribute"].is_null() {
        return Ok(distributed(case, &operation, &other));
    }
    if !other["methods_offered"].is_null() {
        return Err("which deliveries are offered: the shipping domain's");
    }
    let facts = facts_of(case)?;
    let quoted = quote(&facts).unwrap();
    if quoted
        .coupons
        .iter()
        .any(|outcome| outcome.reason() == Some(CouponReason::NotCombinable))
    {
        return Err("several discounts of one lane that add up");
    }
    let total = operated(case, &operation, &quoted)?.unwrap_or(quoted.total.minor());
    let shipping = quoted.shipping.as_ref();
    let gross = case["note"].contains("gross of the excluded shipping tax");
    let delivery = shipping.map_or(0, |shipping| if gross { shipping.total } else { shipping.net }.minor());
    let mut compared = Vec::new();
    for (column, is) in [
        ("expected_total", total),
        ("expected_tax_excluded", quoted.tax_total.minor()),
        ("expected_tax_included", quoted.tax_total.minor()),
        ("expected_discount", -quoted.discount_total.minor()),
        ("expected_shipping", delivery),
        ("expected_items_total", quoted.items_total.minor()),
    ] {
        if !case[column].is_empty() {
            compared.push((column.to_owned(), is, minor(&Value::from(case[column].as_str()))));
        }
    }
    for (name, expected) in other.as_object().into_iter().flatten() {
        compared.extend(compared_other(name, expected, &quoted));
    }
    Ok(compared)
}

fn distributed(case: &Case, operation: &Value, other: &Value) -> Vec<(String, i64, i64)> {
    let items = json(case, "items");
    let of_items = list(&items)
        .iter()
        .map(|item| minor(&item["qty"]) * minor(&item["unit_price"]));
    let weights = list(&operation["weights"]).iter().map(minor).chain(of_items);
    let weights: Vec<u64> = weights.map(|weight| u64::try_from(weight).unwrap()).collect();
    let shares = money(minor(&operation["distribute"])).allocate(&weights);
    let expected = list(&other["shares"]);
    assert_eq!(shares.len(), expected.len(), "{}", case["case_id"]);
    let share = |(is, expected): (Money, &Value)| ("share".to_owned(), is.minor(), minor(expected));
    shares.into_iter().zip(expected).map(share).collect()
}

fn compared_other(name: &str, expected: &Value, quoted: &Quote) -> Vec<(String, i64, i64)> {
    let by_sku = |column: fn(&QuoteLine) -> i64| {
        let each = |(sku, expected): (&String, &Value)| {
            let should_be = list(expected).iter().map(minor).reduce(|sum, unit| sum + unit);
            let should_be = should_be.unwrap_or_else(|| minor(expected));
            (format!("{name} of {sku}"), column(line(quoted, sku)), should_be)
        };
        expected.as_object().unwrap().iter().map(each).collect::<Vec<_>>()
    };
    let delivery = |column: fn(&crate::QuoteShipping) -> Money| {
        quoted.shipping.as_ref().map_or(0, |shipping| column(shipping).minor())
    };
    let net = quoted.total.minor() - quoted.tax_total.minor();
    let is = match name {
        "item_discounts" | "unit_discounts" => return by_sku(|line| line.discount.minor()),
        "item_totals" => return by_sku(|line| line.total.minor()),
        "line_gross_after_discount" => {
            let each = |(line, expected): (&QuoteLine, &Value)| (name.to_owned(), line.total.minor(), minor(expected));
            return quoted.lines.iter().zip(list(expected)).map(each).collect();
        }
        "net_total" | "net" => net,
        "tax" => quoted.tax_total.minor(),
        "first_line_discount" => quoted.lines[0].discount.minor(),
        "shipping_net" => delivery(|shipping| shipping.net),
        "shipping_gross" => delivery(|shipping| shipping.total),
        "subtotal" => quoted.items_total.minor(),
        "line_original_total" => quoted.lines[0].subtotal.minor(),
        // Said of a refund's form or of amounts that are not rounded; what they come to is compared above.
        _ => return Vec::new(),
    };
    vec![(name.to_owned(), is, minor(expected))]
}

#[test]
fn other_platforms_totals_come_out_where_their_rule_is_known() {
    let mut missing: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let (mut wrong, mut same) = (Vec::new(), 0);
    for case in cases() {
        let id = &case["case_id"];
        match compared(&case) {
            Err(rule) => missing.entry(rule).or_default().push(id.clone()),
            Ok(compared) => {
                let differs = compared.iter().filter(|(_, is, should_be)| is != should_be);
                let differs: Vec<String> = differs
                    .map(|(what, is, should_be)| format!("{id}: {what} is {is}, should be {should_be}"))
                    .collect();
                same += usize::from(differs.is_empty() && !compared.is_empty());
                if compared.is_empty() {
                    wrong.push(format!("{id}: nothing to compare"));
                }
                wrong.extend(differs);
            }
        }
    }
    println!("{same} cases come out the same");
    for (rule, ids) in &missing {
        println!("{} need {rule}: {}", ids.len(), ids.join(" "));
    }
    assert_eq!(wrong, Vec::<String>::new());
    if std::env::var_os("PEER_CASES").is_none() {
        let counted: Vec<(&str, usize)> = missing.iter().map(|(rule, ids)| (*rule, ids.len())).collect();
        assert_eq!(counted, MISSING, "say in MISSING what is missing");
    }
}
