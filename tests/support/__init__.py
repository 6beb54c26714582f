"""What tests share: clinics and weeks built by hand, random ones, brute force, stand-ins, servers, readers of what we write."""
