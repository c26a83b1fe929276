//! Two processes of the program on one database: of the last pieces each is sold once, whichever of them is asked.

use std::collections::BTreeMap;

use serde_json::json;

use crate::{
    load::variants,
    server::{Address, Home, PRODUCTS, RARE, Server},
};

/// More than there are pieces.
const BUYERS: usize = 70;

/// What became of somebody who wants the rare product: its order, or nothing when it was sold out.
async fn buy(address: Address, cart: String, body: serde_json::Value) -> Option<String> {
    let answer = address
        .insist("POST", &format!("/api/v1/carts/{cart}/complete"), &body)
        .await;
    match answer.status {
        201 => Some(answer.json()["id"].as_str().unwrap().to_owned()),
        409 => {
            let code = answer.json()["code"].as_str().unwrap().to_owned();
            assert!(
                ["out_of_stock", "line_unavailable"].contains(&code.as_str()),
                "{answer:?}"
            );
            None
        }
        _ => panic!("{answer:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_pieces_are_sold_once_by_two_processes() {
    let home = Home::new();
    home.open_shop().await;
    let first = Server::start(&home, None).await;
    let second = Server::start_beside(&home).await;
    let doors = [first.address.clone(), second.address.clone()];
    let rare = variants(&doors[0]).await[0].clone();
    assert_eq!(PRODUCTS[0], "rare");
    let mut carts = Vec::new();
    for number in 0..BUYERS {
        // Everybody begins at one of them and ends at the other, or stays.
        let cart = json!({"lines": [{"variant_id": rare, "quantity": 1}], "email": "buyer@example.com"});
        let cart = doors[number % 2].insist("POST", "/api/v1/carts", &cart).await;
        assert_eq!(cart.status, 201, "{cart:?}");
        let cart = cart.json();
        let payment = json!({
            "payment": {"gateway": "sandbox", "token": "tok_success"}, "expected_total": cart["totals"]["total"],
        });
        carts.push((cart["id"].as_str().unwrap().to_owned(), payment));
    }
    let buying = carts.iter().enumerate().map(|(number, (cart, payment))| {
        let door = doors[number / 2 % 2].clone();
        tokio::spawn(buy(door, cart.clone(), payment.clone()))
    });
    let buying: Vec<_> = buying.collect();
    let (mut sold, mut by_door) = (BTreeMap::new(), [0; 2]);
    for (number, bought) in buying.into_iter().enumerate() {
        if let Some(order) = bought.await.unwrap() {
            by_door[number / 2 % 2] += 1;
            sold.insert(number, order);
        }
    }
    assert_eq!(i64::try_from(sold.len()), Ok(RARE), "{by_door:?}");
    assert!(by_door.iter().all(|orders| *orders > 0), "both sold: {by_door:?}");
    // Whoever asks again, at the other door, is led to the order that is theirs.
    for (number, order) in &sold {
        let (cart, payment) = &carts[*number];
        let other = doors[1 - number / 2 % 2].clone();
        assert_eq!(buy(other, cart.clone(), payment.clone()).await.as_ref(), Some(order));
    }
    let kept = home
        .numbers("SELECT count(*)::int FROM orders.orders WHERE status <> 'cancelled'")
        .await;
    assert_eq!(kept.first().copied().map(i64::from), Some(RARE));
    second.stop().await;
    first.stop().await;
    home.check().await;
}
