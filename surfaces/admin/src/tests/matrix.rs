//! Many variants at the desk.

use super::{desk::TestDesk, stocked::product};

/// What stands between two texts of a page, each time.
fn every<'t>(text: &'t str, before: &str) -> Vec<&'t str> {
    text.split(before)
        .skip(1)
        .map(|rest| rest.split_once('"').unwrap().0)
        .collect()
}

/// What a table shows.
struct Table<'t> {
    ids: Vec<&'t str>,
    seen: Vec<String>,
    skus: Vec<&'t str>,
    prices: Vec<&'t str>,
    stocks: Vec<&'t str>,
}

impl<'t> Table<'t> {
    fn of(text: &'t str) -> Self {
        let column = |name: &str| every(text, &format!("name=\"{name}\" value=\""));
        Self {
            ids: column("id"),
            seen: column("seen").iter().map(|seen| seen.replace("&quot;", "\"")).collect(),
            skus: column("sku"),
            prices: column("price"),
            stocks: column("stock"),
        }
    }

    /// The form with these cells, and every row on sale.
    fn typed<const ROWS: usize>(
        &'t self,
        skus: [&'t str; ROWS],
        prices: [&'t str; ROWS],
        stocks: [&'t str; ROWS],
    ) -> Vec<(&'t str, &'t str)> {
        let mut fields = vec![("page", "1"), ("all_price", "")];
        for index in 0..ROWS {
            fields.extend([
                ("id", self.ids[index]),
                ("seen", &self.seen[index]),
                ("sku", skus[index]),
                ("price", prices[index]),
                ("compare_at", ""),
                ("stock", stocks[index]),
                ("active", self.ids[index]),
            ]);
        }
        fields
    }
}

/// The page that makes combinations of a product's options, and the product's version on it.
async fn generator(desk: &TestDesk, product: &str) -> (String, String) {
    let page = format!("{product}/variants/generate");
    let shown = desk.get(&page).await.text;
    let version = every(&shown, "name=\"version\" value=\"")[0].to_owned();
    (page, version)
}

#[tokio::test]
async fn combinations_are_made_and_edited_in_a_table() {
    let desk = TestDesk::open().await;
    let page = product(&desk, "Shirt", "20").await;
    let (generate, version) = generator(&desk, &page).await;
    let axes = |values| {
        [
            ("name", "Size"),
            ("values", "S\r\nM"),
            ("name", "Colour"),
            ("values", values),
            ("price", "20"),
            ("version", version.as_str()),
        ]
    };
    let refused = desk.post(&generate, &axes("Red\r\nRed")).await;
    assert_eq!(refused.status, 422);
    assert!(
        refused.text.contains("is there twice") && refused.text.contains("Red\r\nRed</textarea>"),
        "{}",
        refused.text
    );
    let made = desk.post(&generate, &axes("Red\r\nBlue, dark")).await;
    assert_eq!(made.status, 303, "{}", made.text);
    assert_eq!(desk.post(&generate, &axes("Red\r\nGreen")).await.status, 409);
    let shown = desk.get(&made.location).await.text;
    let rows = Table::of(&shown);
    assert_eq!(rows.ids.len(), 4);
    assert_eq!(rows.skus, [""; 4]);

    let numbered = ["SH-1", "SH-2", "SH-3", "SH-4"];
    let refused = desk
        .post(&made.location, &rows.typed(numbered, ["much"; 4], ["7", "", "", ""]))
        .await;
    assert_eq!(refused.status, 422);
    assert_eq!(Table::of(&refused.text).prices, ["much"; 4]);
    assert_eq!(Table::of(&refused.text).skus, numbered);
    let saved = desk
        .post(&made.location, &rows.typed(numbered, ["25.00"; 4], ["7", "", "", ""]))
        .await;
    assert_eq!(saved.status, 303, "{}", saved.text);
    let shown = desk.get(&saved.location).await.text;
    let rows = Table::of(&shown);
    assert_eq!((rows.prices, rows.skus), (vec!["25.00"; 4], numbered.to_vec()));
    assert_eq!(rows.stocks, ["7", "", "", ""]);
    assert_eq!(shown.matches(" checked").count(), 4, "all are on sale");
    let taken = ["SH-2", "SH-2", "SH-3", "SH-4"];
    let refused = desk
        .post(
            &made.location,
            &Table::of(&shown).typed(taken, ["25.00"; 4], ["7", "", "", ""]),
        )
        .await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("id=\"error-sku-1\""), "{}", refused.text);
    let fewer = desk
        .post(
            &made.location,
            &Table::of(&shown).typed(numbered, ["25.00"; 4], ["", "", "", ""]),
        )
        .await;
    assert!(
        fewer.text.contains("id=\"error-stock-1\""),
        "what is counted needs a number"
    );
}

#[tokio::test]
async fn two_people_at_one_table_lose_nothing() {
    let desk = TestDesk::open().await;
    let form = [
        ("title", "Mug"),
        ("price", "20"),
        ("sku", "MUG"),
        ("kind", "physical"),
        ("status", "active"),
    ];
    let table = format!(
        "{}/variants/table",
        desk.post("/admin/products/new", &form).await.location
    );
    let shown = desk.get(&table).await.text;
    let both_see = Table::of(&shown);
    let mine = desk.post(&table, &both_see.typed(["MUG"], ["21.00"], ["5"])).await;
    assert_eq!(mine.status, 303, "{}", mine.text);
    let other_cell = desk.post(&table, &both_see.typed(["MUG-1"], ["20.00"], [""])).await;
    assert_eq!(other_cell.status, 303, "{}", other_cell.text);
    let shown = desk.get(&table).await.text;
    let rows = Table::of(&shown);
    assert_eq!(
        (rows.skus, rows.prices, rows.stocks),
        (vec!["MUG-1"], vec!["21.00"], vec!["5"]),
        "a cell that somebody did not touch keeps what the other one saved"
    );
    let same_cell = desk.post(&table, &both_see.typed(["MUG"], ["22.00"], [""])).await;
    assert_eq!(same_cell.status, 422);
    assert!(same_cell.text.contains("id=\"error-price-1\"") && same_cell.text.contains("21.00"));
    let again = Table::of(&same_cell.text);
    assert_eq!((&again.prices, &again.skus), (&vec!["22.00"], &vec!["MUG-1"]));
    let saved = desk.post(&table, &again.typed(["MUG-1"], ["22.00"], ["5"])).await;
    assert_eq!(saved.status, 303, "{}", saved.text);
}

#[tokio::test]
async fn two_thousand_variants_are_edited_page_by_page() {
    let desk = TestDesk::open().await;
    let page = product(&desk, "Screw", "1").await;
    let (generate, version) = generator(&desk, &page).await;
    let lines = |most: i32| {
        (1..=most)
            .map(|number| number.to_string())
            .collect::<Vec<_>>()
            .join("\n")
    };
    let (lengths, widths) = (lines(50), lines(40));
    let axes = [
        ("name", "Length"),
        ("values", lengths.as_str()),
        ("name", "Width"),
        ("values", widths.as_str()),
        ("version", version.as_str()),
    ];
    let table = desk.post(&generate, &axes).await.location;
    let last = desk.get(&format!("{table}?page=20")).await.text;
    assert!(last.len() < 200_000, "{} bytes", last.len());
    let rows = Table::of(&last);
    assert_eq!(rows.ids.len(), 100);
    let mut fields = vec![("page", "20"), ("all_price", "3.00")];
    for (id, seen) in rows.ids.iter().zip(&rows.seen) {
        fields.extend([
            ("id", *id),
            ("seen", seen),
            ("sku", ""),
            ("price", "1.00"),
            ("compare_at", ""),
            ("stock", ""),
            ("active", id),
        ]);
    }
    let before = desk.db.database().statement_count();
    let saved = desk.post(&table, &fields).await;
    assert_eq!(saved.status, 303, "{}", saved.text);
    let statements = desk.db.database().statement_count() - before;
    assert!(statements <= 20, "{statements} statements");
    let last = desk.get(&saved.location).await.text;
    assert_eq!(Table::of(&last).prices, ["3.00"; 100]);
    let first = desk.get(&table).await.text;
    assert_eq!(Table::of(&first).prices, ["1.00"; 100]);
    assert!(
        desk.get(&page).await.text.len() < 100_000,
        "the product's page shows the first of them"
    );
}
