-- Orders are found by the name of an item that is no longer sold, too.
ALTER TABLE order_lines ADD KEY order_lines_by_item_and_name (item_id, name);
ALTER TABLE order_lines DROP KEY order_lines_by_item;
