//! Invoices and credit notes, from the payment to the printed page.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{
    browser::Browser,
    installation::{GUEST, Installation, order_of},
};

fn merchant(souk: &Installation) -> Browser {
    souk.visitor().with_key(&souk.alpha.key)
}

/// A guest's order with a coupon and amounts that do not divide evenly: mugs first, then tiles, and after all orders before it.
async fn odd_order(souk: &Installation) -> String {
    let mut guest = souk.visitor();
    souk.pass(TimeDelta::seconds(1));
    guest.add(&souk.alpha.mug, "3").await.expect(303);
    souk.pass(TimeDelta::seconds(1));
    guest.add(&souk.alpha.tiles[0], "7").await.expect(303);
    guest
        .submit("/cart/coupon", &[("code", "aardvark10")])
        .await
        .expect(303);
    order_of(&guest.buy(GUEST).await)
}

async fn documents(souk: &Installation, order: &str) -> Vec<Value> {
    souk.drain().await;
    let path = format!("/api/v1/admin/orders/{order}/invoices");
    let list = merchant(souk).send("GET", &path, None).await.expect(200).json();
    list["items"].as_array().unwrap().clone()
}

fn amount(value: &Value) -> i64 {
    value["amount"].as_i64().unwrap_or_default()
}

fn sum<'v>(rows: impl IntoIterator<Item = &'v Value>, of: &str) -> i64 {
    rows.into_iter().map(|row| amount(&row[of])).sum()
}

fn taxes(document: &Value) -> &Vec<Value> {
    document["taxes"].as_array().unwrap()
}

#[tokio::test]
async fn an_invoice_and_its_credit_notes_agree_with_the_order_to_the_cent() {
    let souk = Installation::new().await;
    let id = odd_order(&souk).await;
    let order = format!("/api/v1/admin/orders/{id}");
    let order = merchant(&souk).send("GET", &order, None).await.json();
    let invoice = &documents(&souk, &id).await[0];
    assert_eq!(
        (&invoice["kind"], &invoice["number"]),
        (&json!("invoice"), &json!("INV-1"))
    );
    for what in ["items", "tax", "total"] {
        assert_eq!(invoice["totals"][what], order["totals"][what], "{what}");
    }
    let lines = invoice["lines"].as_array().unwrap();
    let tax = amount(&order["totals"]["tax"]);
    assert!(tax > 0 && !taxes(invoice).is_empty());
    assert_eq!(sum(taxes(invoice), "tax"), tax);
    // The delivery is not taxed there.
    assert_eq!(sum(taxes(invoice), "net"), sum(lines, "total") - sum(lines, "tax"));
    let line = |at: usize| json!({"line_id": order["lines"][at]["id"], "quantity": 1});
    let refunds = format!("/api/v1/admin/orders/{id}/refunds");
    for body in [
        json!({"lines": [line(0), line(1)], "reason": "broken"}),
        json!({"lines": [line(1)], "reason": "broken"}),
        json!({"reason": "the rest"}),
    ] {
        merchant(&souk).call("POST", &refunds, &body).await.expect(201);
        souk.pass(chrono::TimeDelta::seconds(1));
    }
    let all = documents(&souk, &id).await;
    let (_, credits) = all.split_first().unwrap();
    let numbers: Vec<&Value> = credits.iter().map(|credit| &credit["number"]).collect();
    assert_eq!(numbers, ["CN-1", "CN-2", "CN-3"]);
    assert!(credits.iter().all(|credit| credit["invoice_number"] == "INV-1"));
    let given = |of: &str| sum(credits.iter().map(|credit| &credit["totals"]), of);
    assert_eq!((given("total"), given("tax")), (amount(&order["totals"]["total"]), tax));
    for (at, charged) in taxes(invoice).iter().enumerate() {
        let back: i64 = credits.iter().map(|credit| amount(&taxes(credit)[at]["tax"])).sum();
        assert_eq!(back, amount(&charged["tax"]), "{charged}");
    }
    for credit in credits {
        let rows = credit["lines"].as_array().unwrap();
        let rows = sum(rows, "total") + amount(&credit["totals"]["shipping"]);
        assert_eq!(rows, amount(&credit["totals"]["total"]), "{credit}");
        assert_eq!(sum(taxes(credit), "tax"), amount(&credit["totals"]["tax"]), "{credit}");
    }
    assert_eq!(lines.len(), 2);
    souk.all_is_well().await;
}

#[tokio::test]
async fn what_is_written_stays_whatever_the_store_says_later() {
    let souk = Installation::new().await;
    let (first, second) = (odd_order(&souk).await, odd_order(&souk).await);
    let before = documents(&souk, &first).await;
    let path = "/api/v1/admin/settings/invoices";
    let terms =
        json!({"legal_name": "Aardvark Trading GmbH", "tax_numbers": ["VAT DE123456789"], "invoice_prefix": "2026/"});
    let mut patient = merchant(&souk).with("if-match", "*");
    patient.call("PATCH", path, &terms).await.expect(200);
    let wrong = patient
        .call("PATCH", path, &json!({"invoice_prefix": "R1"}))
        .await
        .expect(422);
    assert!(wrong.body.contains("invoice_prefix"), "{}", wrong.body);
    let third = documents(&souk, &odd_order(&souk).await).await;
    assert_eq!(documents(&souk, &first).await, before);
    assert_eq!(documents(&souk, &second).await[0]["number"], "INV-2");
    assert_eq!(third[0]["number"], "2026/3", "there is no gap");
    assert_eq!(third[0]["seller"]["lines"][0], "Aardvark Trading GmbH");
    assert_eq!(third[0]["tax_numbers"], json!(["VAT DE123456789"]));
    let write = format!("/api/v1/admin/orders/{first}/invoices");
    let again = merchant(&souk)
        .call("POST", &write, &json!({}))
        .await
        .expect(201)
        .json();
    assert_eq!(again["items"].as_array(), Some(&before), "asking again writes nothing");
}

#[tokio::test]
async fn an_order_that_waits_for_its_payment_gets_no_invoice() {
    let souk = Installation::new().await;
    let mut guest = souk.visitor();
    guest.add(&souk.alpha.mug, "1").await.expect(303);
    let form = guest.fill_checkout(GUEST).await;
    guest.place(&form, "tok_3ds").await.expect(303);
    let id = souk.word("SELECT id::text FROM orders.orders").await;
    let id = kernel::OrderId::from(id.parse::<uuid::Uuid>().unwrap()).to_string();
    assert!(documents(&souk, &id).await.is_empty());
    let write = format!("/api/v1/admin/orders/{id}/invoices");
    let refused = merchant(&souk).call("POST", &write, &json!({})).await.expect(409);
    assert!(refused.body.contains("nothing_sold"), "{}", refused.body);
}

#[tokio::test]
async fn the_shopper_prints_it_in_the_language_of_the_order() {
    let souk = Installation::new().await;
    let id = odd_order(&souk).await;
    let status = souk.mail("order_confirmation", GUEST).await.link("/orders/");
    souk.drain().await;
    let page = souk.visitor().get(&status).await.expect(200);
    let (_, after) = page.body.split_once(&format!("href=\"/orders/{id}/invoices/")).unwrap();
    let link = format!("/orders/{id}/invoices/{}", after.split_once('"').unwrap().0);
    let (path, _) = link.split_once('?').unwrap();
    let mut indonesian = souk.visitor().with("accept-language", "id");
    let sheet = indonesian.get(&link).await.expect(200).body;
    assert!(
        sheet.contains("<html lang=\"en\">") && sheet.contains("Invoice INV-1"),
        "{sheet}"
    );
    assert!(sheet.contains("data-testid=\"sheet-buyer\"") && sheet.contains(GUEST));
    souk.visitor().get(path).await.expect(404);
    souk.visitor().get(&format!("{path}?token=wrong")).await.expect(404);
    let other = odd_order(&souk).await;
    let (_, token) = link.split_once('?').unwrap();
    let mixed = path.replace(&id, &other);
    souk.visitor().get(&format!("{mixed}?{token}")).await.expect(404);
    let mut owner = souk.visitor();
    owner.sign_in(&souk.alpha.owner).await;
    let (_, document) = path.rsplit_once('/').unwrap();
    let desk = owner.get(&format!("/admin/invoices/{document}")).await.expect(200).body;
    assert!(
        desk.contains("data-testid=\"sheet-total\"") && desk.contains("Sales tax"),
        "{desk}"
    );
}

#[tokio::test]
async fn no_number_is_made_twice_when_prefixes_are_swapped() {
    let souk = Installation::new().await;
    let first = odd_order(&souk).await;
    documents(&souk, &first).await;
    let refund = format!("/api/v1/admin/orders/{first}/refunds");
    let all = json!({"reason": "all of it"});
    merchant(&souk).call("POST", &refund, &all).await.expect(201);
    assert_eq!(documents(&souk, &first).await[1]["number"], "CN-1");
    let path = "/api/v1/admin/settings/invoices";
    let mut patient = merchant(&souk).with("if-match", "*");
    let swapped = json!({"invoice_prefix": "CN-", "credit_note_prefix": "INV-"});
    let refused = patient.call("PATCH", path, &swapped).await.expect(422).json();
    let errors = refused["errors"].as_array().unwrap();
    let wrong: Vec<(&Value, &Value)> = errors.iter().map(|error| (&error["field"], &error["code"])).collect();
    let taken = json!("prefix_taken");
    assert_eq!(
        wrong,
        [
            (&json!("invoice_prefix"), &taken),
            (&json!("credit_note_prefix"), &taken)
        ]
    );
    let fresh = json!({"invoice_prefix": "C", "credit_note_prefix": "#INV-"});
    patient.call("PATCH", path, &fresh).await.expect(200);
    let second = odd_order(&souk).await;
    assert_eq!(documents(&souk, &second).await[0]["number"], "C2");
}

#[tokio::test]
async fn an_order_that_is_paid_in_part_gets_its_invoice_with_the_rest() {
    let souk = Installation::new().await;
    souk.damage("UPDATE platform.stores SET capture = 'hand'").await;
    let (first, second) = (odd_order(&souk).await, odd_order(&souk).await);
    let part = json!({"amount": {"amount": 1000, "currency": "USD"}});
    for order in [&first, &second] {
        let capture = format!("/api/v1/admin/orders/{order}/capture");
        merchant(&souk).call("POST", &capture, &part).await.expect(200);
    }
    let release = format!("/api/v1/admin/orders/{first}/release");
    merchant(&souk).send("POST", &release, None).await.expect(200);
    let write = format!("/api/v1/admin/orders/{first}/invoices");
    let refused = merchant(&souk).call("POST", &write, &json!({})).await.expect(409);
    assert_eq!(refused.json()["code"], "partly_paid", "{}", refused.body);
    let mut owner = souk.visitor();
    owner.sign_in(&souk.alpha.owner).await;
    let page = owner.get(&format!("/admin/orders/{first}")).await.expect(200);
    assert!(!page.body.contains("write-invoice"), "{}", page.body);
    assert!(documents(&souk, &first).await.is_empty());

    // Something went back before the rest came.
    let refunds = format!("/api/v1/admin/orders/{second}/refunds");
    let order = format!("/api/v1/admin/orders/{second}");
    let line = &merchant(&souk).send("GET", &order, None).await.json()["lines"][1]["id"];
    let back = json!({"lines": [{"line_id": line, "quantity": 1}], "reason": "broken"});
    merchant(&souk).call("POST", &refunds, &back).await.expect(201);
    assert!(documents(&souk, &second).await.is_empty());
    let capture = format!("/api/v1/admin/orders/{second}/capture");
    merchant(&souk).call("POST", &capture, &json!({})).await.expect(200);
    let kinds = documents(&souk, &second).await;
    let kinds: Vec<&Value> = kinds.iter().map(|document| &document["kind"]).collect();
    assert_eq!(kinds, ["invoice", "credit_note"]);
}

/// An order of another shop, whose money went back in two parts that name no line.
const TAKEN_OVER: &str = concat!(
    r#"{"number":"A-7","external_number":"A-7","placed_at":"2024-03-01T15:11:12Z","email":"ann@example.com","status":"confirmed","#,
    r#""payment_status":"refunded","fulfilment_status":"unfulfilled","currency":"USD","prices_include_tax":true,"items_total":1100,"#,
    r#""tax_total":101,"total":1100,"paid_total":1100,"refunded_total":1100,"#,
    r#""taxes":[{"name":"State tax","rate":"0.08","amount":80},{"name":"City tax","rate":"0.021","amount":21}],"#,
    r#""lines":[{"title":"Boots","requires_shipping":true,"quantity":1,"unit_price":1100,"tax":101,"total":1100,"shipped":0,"#,
    r#""taxes":[{"name":"State tax","rate":"0.08","amount":80},{"name":"City tax","rate":"0.021","amount":21}]}],"#,
    r#""refunds":[{"at":"2024-03-02T15:11:12Z","state":"succeeded","amount":333},{"at":"2024-03-03T15:11:12Z","state":"succeeded","amount":767}]}"#,
    "\n",
);

#[tokio::test]
async fn money_that_went_back_without_a_line_takes_its_tax_along() {
    let souk = Installation::new().await;
    let mut file = tempfile::NamedTempFile::new().unwrap();
    std::io::Write::write_all(&mut file, TAKEN_OVER.as_bytes()).unwrap();
    let wanted = imports::ImportFile::new(file.path().to_owned(), imports::Format::Orders);
    let report = imports::import_file(souk.alpha.work(), &wanted, None, &mut |_| {})
        .await
        .unwrap();
    assert_eq!((report.counts.failed, report.errors), (0, 0));
    let id = souk.word("SELECT id::text FROM orders.orders").await;
    let id = kernel::OrderId::from(id.parse::<uuid::Uuid>().unwrap()).to_string();
    let write = format!("/api/v1/admin/orders/{id}/invoices");
    merchant(&souk).call("POST", &write, &json!({})).await.expect(201);
    let all = documents(&souk, &id).await;
    let (invoice, credits) = all.split_first().unwrap();
    assert_eq!(
        invoice["order_number"],
        merchant(&souk)
            .send("GET", &format!("/api/v1/admin/orders/{id}"), None)
            .await
            .json()["number"]
    );
    let back: Vec<(i64, i64)> = credits
        .iter()
        .map(|credit| (amount(&credit["totals"]["other"]), amount(&credit["totals"]["tax"])))
        .collect();
    assert_eq!(back, [(333, 30), (767, 71)]);
    for (at, charged) in taxes(invoice).iter().enumerate() {
        for what in ["tax", "net"] {
            let given: i64 = credits.iter().map(|credit| amount(&taxes(credit)[at][what])).sum();
            assert_eq!(given, amount(&charged[what]), "{what} of {charged}");
        }
    }
}

#[tokio::test]
async fn who_saves_what_somebody_else_changed_reads_the_names_of_the_fields() {
    let souk = Installation::new().await;
    let mut owner = souk.visitor();
    owner.sign_in(&souk.alpha.owner).await;
    let terms = |note: &'static str| {
        [
            ("note", note),
            ("invoice_prefix", "INV-"),
            ("credit_note_prefix", "CN-"),
            ("version", "0"),
        ]
    };
    let sentence = |text: &'static str| [("locale", "en"), ("text", text), ("active", "on"), ("version", "0")];
    owner
        .submit("/admin/settings/invoices", &terms("One"))
        .await
        .expect(303);
    let page = owner
        .submit("/admin/settings/invoices", &terms("Two"))
        .await
        .expect(409);
    assert!(page.body.contains(">At the end of each</td>"), "{}", page.body);
    assert!(!page.body.contains("admin-field-"), "{}", page.body);
    owner.submit("/admin/announcement", &sentence("One")).await.expect(303);
    let page = owner.submit("/admin/announcement", &sentence("Two")).await.expect(409);
    assert!(page.body.contains("(English)</td>"), "{}", page.body);
    assert!(!page.body.contains("admin-field-"), "{}", page.body);
}
