//! How a product is sold, at the desk.

use super::{desk::TestDesk, stocked::stock};

/// The form with one field in its first row and these numbers.
fn typed<'f>(
    version: &'f str,
    label: &'f str,
    kind: &'f str,
    [step, maximum]: [&'f str; 2],
) -> Vec<(&'f str, &'f str)> {
    vec![
        ("label", ""),
        ("kind", "short_text"),
        ("max_length", ""),
        ("choices", ""),
        ("label", label),
        ("kind", kind),
        ("max_length", "30"),
        ("choices", ""),
        ("required", "1"),
        ("minimum", ""),
        ("step", step),
        ("maximum", maximum),
        ("customer_maximum", "12"),
        ("version", version),
    ]
}

#[tokio::test]
async fn personal_fields_and_quantities_are_typed_and_kept() {
    let desk = TestDesk::open().await;
    let stocked = stock(&desk).await;
    let page = format!("/admin/products/{}/terms", stocked.product);
    let product = desk.get(&format!("/admin/products/{}", stocked.product)).await.text;
    assert!(product.contains(&page), "the product's page leads there");
    let shown = desk.get(&page).await.text;
    let version = shown.split("name=\"version\" value=\"").nth(1).unwrap();
    let version = version.split('"').next().unwrap().to_owned();

    let refused = desk.post(&page, &typed(&version, "Font", "choice", ["5", "12"])).await;
    assert_eq!(refused.status, 422);
    for wrong in ["error-choices-0", "error-maximum"] {
        assert!(
            refused.text.contains(&format!("id=\"{wrong}\"")),
            "{wrong}: {}",
            refused.text
        );
    }
    assert!(
        refused.text.contains("value=\"Font\"") && refused.text.contains("value=\"5\""),
        "what was typed stays"
    );
    assert!(
        refused.text.contains("name=\"required\" value=\"0\" checked"),
        "{}",
        refused.text
    );
    let letters = desk
        .post(&page, &typed(&version, "Font", "short_text", ["many", ""]))
        .await;
    assert!(letters.text.contains("id=\"error-step\""), "{}", letters.text);

    let mut fields = typed(&version, "Engraving", "short_text", ["3", "9"]);
    let variant = stocked.variant.to_string();
    fields.extend([
        ("variant", variant.as_str()),
        ("variant_minimum", "2"),
        ("variant_step", ""),
        ("variant_maximum", ""),
        ("variant_customer_maximum", ""),
    ]);
    let saved = desk.post(&page, &fields).await;
    assert_eq!(saved.status, 303, "{}", saved.text);
    let mut ctx = desk.db.work().read();
    let sold = catalog::sellable(&mut ctx, &[stocked.variant]).await.unwrap().remove(0);
    ctx.rollback().await;
    assert_eq!(
        (sold.personal_fields[0].label.as_str(), sold.personal_fields[0].required),
        ("Engraving", true)
    );
    assert_eq!(
        (sold.quantity_rule.minimum, sold.quantity_rule.step),
        (Some(2), None),
        "the variant's own rule counts"
    );
    let shown = desk.get(&page).await.text;
    assert!(
        shown.contains("value=\"Engraving\"") && shown.contains("value=\"9\""),
        "{shown}"
    );
    let stale = desk.post(&page, &fields).await;
    assert_eq!(stale.status, 409);
    assert!(
        stale.text.contains("value=\"Engraving\""),
        "two people editing lose nothing"
    );
}
