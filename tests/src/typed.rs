//! What shoppers type wrongly is marked where they typed it, and stays.

use crate::installation::{GUEST, Installation};

#[tokio::test]
async fn a_coupon_leads_back_to_the_cart_and_a_wrong_code_stays() {
    let souk = Installation::new().await;
    let mut guest = souk.visitor();
    guest.add(&souk.alpha.mug, "1").await.expect(303);
    let wrong = guest.submit("/cart/coupon", &[("code", "NOPE")]).await.expect(422);
    assert_eq!(wrong.field("code").as_deref(), Some("NOPE"));
    assert!(wrong.has("error-message"), "{}", wrong.body);
    let empty = guest.submit("/cart/coupon", &[("code", " ")]).await.expect(422);
    assert!(empty.body.contains("Enter a code."), "{}", empty.body);
    let loaded_again = guest.get("/cart/coupon").await.expect(200);
    assert_eq!(loaded_again.path, "/cart");
    let applied = guest
        .submit("/cart/coupon", &[("code", "AARDVARK10")])
        .await
        .expect(303);
    assert_eq!(applied.location(), "/cart");
    let cart = guest.get("/cart").await.expect(200);
    assert!(
        cart.has("success-message") && cart.body.contains("Coupon applied."),
        "{}",
        cart.body
    );
    assert!(!guest.get("/cart").await.has("success-message"), "it is told once");
}

#[tokio::test]
async fn the_checkout_marks_what_has_to_be_mended() {
    let souk = Installation::new().await;
    let mut guest = souk.visitor();
    guest.add(&souk.alpha.mug, "1").await.expect(303);
    let form = guest.fill_checkout(GUEST).await;
    let (name, note) = ("x".repeat(300), "x".repeat(2_001));
    for (field, value) in [
        ("name", name.as_str()),
        ("note", &note),
        ("gateway", "nowhere"),
        ("country", "XX"),
        ("phone", "abc"),
    ] {
        let mut fields = form.fields("place", "tok_success");
        fields.retain(|(known, _)| *known != field);
        fields.push((field, value));
        let page = guest.submit("/checkout", &fields).await.expect(422);
        let mark = format!("id=\"error-{field}\"");
        assert!(page.body.contains(&mark), "{field}: {}", page.body);
    }
    guest.place(&form, "tok_success").await.expect(303);
}
