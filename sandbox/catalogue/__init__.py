"""Invented goods, buyers and addresses. No product, brand or person here exists."""
